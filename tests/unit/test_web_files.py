"""Fetching from the web: only from hosts that are allowed, only at public addresses, and never where one leads on."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.web_files import AllowedWebFiles, is_public
from shared.domain.errors import (
    AccessDenied,
    BadRequest,
    BadSetting,
    DeadlineExceeded,
    DocumentUnreadable,
    KnowledgeError,
    NotFound,
    TooLarge,
    Unavailable,
)
from shared.settings import Settings
from tests.fakes.web_site import NAME, TEXT, WebSite


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebSite]:
    with WebSite(tmp_path_factory.mktemp("site")) as running:
        yield running


async def here(host: str, port: int) -> list[str]:
    """Every host is on the loopback."""
    return ["127.0.0.1"]


def reader(site: WebSite, **changes: Any) -> AllowedWebFiles:
    options: dict[str, Any] = {"look_up": here, "admits": lambda _: True, "trusts": site.trusts, **changes}
    return AllowedWebFiles((f"{NAME}:{site.port}",), options.pop("most_bytes", 100_000), **options)


async def fetched(files: AllowedWebFiles, address: str) -> tuple[str, bytes]:
    async with files.opened(address) as file:
        return file.name, b"".join([piece async for piece in file.content])


async def test_a_document_is_fetched_under_the_name_of_its_host_and_path(site: WebSite) -> None:
    assert await fetched(reader(site), site.address("a/%E6%89%8B%E5%86%8C.md?x=1#y")) == (
        f"{NAME}/a/手册.md",
        TEXT.encode(),
    )
    assert site.seen[-1] == (f"{NAME}:{site.port}", "a/手册.md")
    assert (await fetched(reader(site), site.address("page")))[0] == f"{NAME}/page.html"
    assert (await fetched(reader(site), site.address("")))[0] == f"{NAME}/index"


@pytest.mark.parametrize(
    ("path", "refusal"),
    [
        ("elsewhere", DocumentUnreadable), ("missing", NotFound), ("broken", DocumentUnreadable),
        ("packed", DocumentUnreadable), ("endless", TooLarge),
    ],
)  # fmt: skip
async def test_what_is_no_document_is_refused(site: WebSite, path: str, refusal: type[KnowledgeError]) -> None:
    with pytest.raises(refusal):
        await fetched(reader(site), site.address(path))


async def test_a_document_may_have_only_so_many_bytes(site: WebSite) -> None:
    assert await fetched(reader(site, most_bytes=len(TEXT)), site.address("a.md"))
    with pytest.raises(TooLarge):
        await fetched(reader(site, most_bytes=len(TEXT) - 1), site.address("a.md"))


async def test_a_document_may_take_only_so_long(site: WebSite) -> None:
    with pytest.raises(DeadlineExceeded):
        await fetched(reader(site, seconds=0.3, most_bytes=10**12), site.address("endless"))


@pytest.mark.parametrize(
    ("address", "refusal"),
    [
        ("https://other.example/a.md", AccessDenied), (f"https://{NAME}/a.md", AccessDenied),
        (f"https://{NAME}.evil.example:PORT/a.md", AccessDenied), (f"https://evil.example:PORT/@{NAME}", AccessDenied),
        ("https://127.0.0.1:PORT/a.md", AccessDenied), (f"http://{NAME}:PORT/a.md", BadRequest),
        (f"https://ada:key@{NAME}:PORT/", BadRequest), ("file:///etc/passwd", BadRequest), ("", BadRequest),
        ("https://", BadRequest), ("https://[::1", BadRequest),
        (f"https://{NAME}:PORT\\@evil.example/", KnowledgeError),
    ],
)  # fmt: skip
async def test_an_address_that_is_not_allowed_is_not_even_looked_up(
    site: WebSite, address: str, refusal: type[KnowledgeError]
) -> None:
    async def never(host: str, port: int) -> list[str]:
        raise AssertionError(f"{host} was looked up")

    with pytest.raises(refusal):
        await fetched(reader(site, look_up=never), address.replace("PORT", str(site.port)))


async def test_a_host_that_is_anywhere_private_is_refused(site: WebSite) -> None:
    async def both(host: str, port: int) -> list[str]:
        return ["93.184.215.14", "10.0.0.7"]

    seen = len(site.seen)
    for look_up in (here, both):
        with pytest.raises(AccessDenied):
            await fetched(reader(site, admits=is_public, look_up=look_up), site.address("a.md"))
    assert len(site.seen) == seen


async def test_a_host_is_looked_up_once_and_connected_to_where_it_was_found(site: WebSite) -> None:
    answers = [["127.0.0.1"], ["10.0.0.7"]]

    async def rebinding(host: str, port: int) -> list[str]:
        return answers.pop(0)

    assert await fetched(reader(site, look_up=rebinding), site.address("a.md"))
    assert answers == [["10.0.0.7"]]


async def test_a_host_that_cannot_be_found_or_proves_nothing_is_unavailable(site: WebSite) -> None:
    async def nowhere(host: str, port: int) -> list[str]:
        raise OSError("no such host")

    for changes in ({"look_up": nowhere}, {"trusts": True}):
        with pytest.raises(Unavailable):
            await fetched(reader(site, **changes), site.address("a.md"))


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True), ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True), ("127.0.0.1", False),
        ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False), ("169.254.169.254", False),
        ("100.64.0.1", False), ("0.0.0.1", False), ("224.0.0.1", False), ("255.255.255.255", False), ("::1", False),
        ("::", False), ("fe80::1%eth0", False), ("fd00::1", False), ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.215.14", True), ("64:ff9b::a00:1", False), ("2002:a00:1::", False), ("ff02::1", False),
        ("168.63.129.16", False),
    ],
)  # fmt: skip
def test_only_an_address_of_the_open_net_is_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("host", "allowed"),
    [("heron.example", False), ("docs.heron.example", True), ("a.b.heron.example", True), ("xheron.example", False)],
)
async def test_a_star_allows_what_is_below_a_name(site: WebSite, host: str, allowed: bool) -> None:
    files = AllowedWebFiles(("*.heron.example",), 10)
    if allowed:
        assert files.checked(f"https://{host.upper()}/").host
    else:
        with pytest.raises(AccessDenied):
            files.checked(f"https://{host}/")


@pytest.mark.parametrize("hosts", ["*.org", "*", "https://docs.example.org", "docs.example.org/x", "a,b"])
def test_hosts_that_are_none_are_refused(hosts: str, tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="UPLOAD_HOSTS"):
        Settings(data_dir=tmp_path, upload_hosts=hosts)
    assert Settings(data_dir=tmp_path, upload_hosts="docs.example.org *.heron.example:8443").upload_hosts
