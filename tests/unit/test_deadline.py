"""One moment ends every wait of a request, in whatever task it is waited."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from shared.deadline import check_time, each_in_time, ending_within, in_time, is_over, seconds_left, without_end
from shared.domain.errors import DeadlineExceeded


class Endless:
    """Waits for ever, and knows whether it was told to stop."""

    def __init__(self) -> None:
        self.stopped = False

    async def wait(self) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            self.stopped = True

    async def events(self) -> AsyncGenerator[int, None]:
        yield 1
        await self.wait()


@pytest.fixture
def endless() -> Endless:
    return Endless()


async def test_without_a_moment_nothing_is_bounded() -> None:
    assert seconds_left() is None
    assert not is_over()
    check_time()
    assert await in_time(asyncio.sleep(0, "done")) == "done"


async def test_before_the_moment_everything_passes_and_behind_it_nothing() -> None:
    with ending_within(3600):
        assert 3500 < (seconds_left() or 0) <= 3600
        check_time()
        assert await in_time(asyncio.sleep(0, "done")) == "done"
    with ending_within(0):
        assert is_over()
        with pytest.raises(DeadlineExceeded):
            check_time()


async def test_a_wait_is_cancelled_when_the_moment_comes(endless: Endless) -> None:
    with ending_within(0.01), pytest.raises(DeadlineExceeded):
        await in_time(endless.wait())
    assert endless.stopped


async def test_what_waits_inside_a_wait_ends_with_the_same_error(endless: Endless) -> None:
    async def several() -> None:
        await asyncio.gather(in_time(endless.wait()), in_time(asyncio.Event().wait()))

    with ending_within(0.01), pytest.raises(DeadlineExceeded):
        await in_time(several())
    # The task is not left with a cancel that nobody took.
    await asyncio.sleep(0)
    assert endless.stopped


async def test_an_error_of_the_wait_itself_stays_what_it_is() -> None:
    async def impatient() -> None:
        raise TimeoutError("of its own")

    with ending_within(3600), pytest.raises(TimeoutError, match="of its own"):
        await in_time(impatient())


async def test_a_stream_passes_until_the_moment_and_is_closed_then(endless: Endless) -> None:
    with ending_within(0.2):
        events = each_in_time(endless.events())
        assert await anext(events) == 1
        with pytest.raises(DeadlineExceeded):
            await anext(events)
    assert endless.stopped


async def test_a_stream_may_be_read_from_another_task_each_time() -> None:
    async def three() -> AsyncGenerator[int, None]:
        for number in range(3):
            yield number

    with ending_within(3600):
        events = each_in_time(three())

        async def upcoming() -> int:
            return await anext(events)

        assert [await asyncio.create_task(upcoming()) for _ in range(3)] == [0, 1, 2]


async def test_work_that_outlives_the_request_has_no_moment() -> None:
    with ending_within(0):
        with without_end():
            assert seconds_left() is None
            check_time()
        assert is_over()
