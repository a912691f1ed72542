"""Questions while three of ten requests to the chat server fail."""

from pathlib import Path

from tests.bench.upstream_faults import asked, faults

QUESTIONS = 200


async def test_where_three_of_ten_requests_fail_everybody_is_answered_at_one_and_a_half_requests(
    tmp_path: Path,
) -> None:
    found = await asked(tmp_path, QUESTIONS)
    assert found.answered == found.asked == QUESTIONS
    assert 1.2 < found.requests_per_answer <= 1.5
    assert found.degraded < QUESTIONS / 10


def test_three_of_each_ten_requests_fail() -> None:
    planned = list(faults(100))
    assert [sum(each is not None for each in planned[place : place + 10]) for place in range(0, 100, 10)] == [3] * 10
