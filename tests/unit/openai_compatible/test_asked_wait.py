"""Which wait a refusal asks for."""

import httpx2
import openai
import pytest

from infra.openai_compatible.patience import asked_wait

NOW = "Thu, 26 Nov 2026 10:00:00 GMT"


def refused(headers: dict[str, str]) -> openai.RateLimitError:
    request = httpx2.Request("POST", "http://127.0.0.1/v1/chat/completions")
    return openai.RateLimitError("no", response=httpx2.Response(429, headers=headers, request=request), body=None)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0.0),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": " 7.5 "}, 7.5),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after-ms": "many", "retry-after": "7"}, 7.0),
        ({"retry-after": "-1"}, 0.0),
        ({"retry-after": "nan"}, 0.0),
        ({"retry-after": "inf"}, 0.0),
        ({"retry-after": "soon"}, 0.0),
        ({"retry-after": "Thu, 26 Nov 2026 10:00:30 GMT", "date": NOW}, 30.0),
        ({"retry-after": "Thu, 26 Nov 2026 09:59:30 GMT", "date": NOW}, 0.0),
        ({"retry-after": "Thu, 26 Nov 2026 10:00:30 GMT"}, 0.0),
        ({"retry-after": "Thu, 26 Nov 2026 10:00:30 -0000", "date": NOW}, 0.0),
    ],
)
def test_a_wait_is_read_as_milliseconds_seconds_or_a_date_by_the_servers_own_clock(
    headers: dict[str, str], seconds: float
) -> None:
    assert asked_wait(refused(headers)) == seconds


def test_an_error_without_an_answer_asks_for_none() -> None:
    assert asked_wait(ValueError("torn")) == 0.0
