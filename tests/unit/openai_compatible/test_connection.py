"""What a connection goes by before it is opened."""

import pytest

from infra.openai_compatible.connection import proxy_of

NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.mark.parametrize(
    ("environment", "address", "proxy"),
    [
        ({}, "https://models.example/v1", None),
        ({"HTTPS_PROXY": "http://proxy.example:3128"}, "https://models.example/v1", "http://proxy.example:3128"),
        ({"HTTPS_PROXY": "http://proxy.example:3128"}, "http://models.example/v1", None),
        ({"ALL_PROXY": "http://proxy.example:3128"}, "http://models.example/v1", "http://proxy.example:3128"),
        ({"HTTP_PROXY": "http://proxy.example:3128", "NO_PROXY": "127.0.0.1"}, "http://127.0.0.1:1/v1", None),
        (
            {"HTTP_PROXY": "http://proxy.example:3128", "NO_PROXY": "models.example"},
            "http://127.0.0.1/v1",
            "http://proxy.example:3128",
        ),
    ],
)
def test_the_proxy_is_the_one_that_the_environment_names(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], address: str, proxy: str | None
) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert proxy_of(address) == proxy
