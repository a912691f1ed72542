"""How the frames of a stream are handed from their maker to their sender."""

import asyncio
from collections.abc import AsyncGenerator
from contextvars import ContextVar, copy_context

import pytest

from functions.outbox import MOST_FRAMES
from functions.sse import written

OPEN, PING = b": open\n\n", b": ping\n\n"
LONG = 3600.0


class Maker:
    """Makes numbered frames; stops before those in `stops` until it is let go on."""

    def __init__(self, count: int, *stops: int) -> None:
        self.count, self.stops, self.made, self.is_closed = count, stops, 0, False
        self.go_on, self.stopped = asyncio.Event(), asyncio.Event()

    async def frames(self) -> AsyncGenerator[bytes, None]:
        try:
            for number in range(self.count):
                if number in self.stops:
                    self.stopped.set()
                    await self.go_on.wait()
                self.made += 1
                yield b"%d," % number
        finally:
            self.is_closed = True


def numbers(*range_of: int) -> bytes:
    return b"".join(b"%d," % number for number in range(*range_of))


def sent(maker: Maker, ping_seconds: float = LONG) -> AsyncGenerator[bytes, None]:
    return written(maker.frames(), ping_seconds, copy_context())


async def test_what_is_there_at_once_is_sent_at_once_and_in_order() -> None:
    maker = Maker(8, 3)
    pieces = sent(maker)
    assert [await anext(pieces), await anext(pieces)] == [OPEN, numbers(3)]
    maker.go_on.set()
    assert [piece async for piece in pieces] == [numbers(3, 8)]
    assert maker.is_closed


async def test_the_maker_is_so_many_frames_ahead_of_a_slow_reader_and_no_more() -> None:
    maker = Maker(3 * MOST_FRAMES, 1)
    pieces = sent(maker)
    assert [await anext(pieces), await anext(pieces)] == [OPEN, numbers(1)]
    maker.go_on.set()
    for _ in range(20):
        await asyncio.sleep(0)
    # The one that has no room yet is made, and waits.
    assert maker.made == 1 + MOST_FRAMES + 1
    assert b"".join([piece async for piece in pieces]) == numbers(1, 3 * MOST_FRAMES)


async def test_silence_is_filled_with_comments_and_nothing_is_lost_to_them() -> None:
    maker = Maker(2, 1)
    pieces = sent(maker, ping_seconds=0.01)
    assert [await anext(pieces), await anext(pieces)] == [OPEN, numbers(1)]
    assert [await anext(pieces), await anext(pieces)] == [PING, PING]
    maker.go_on.set()
    assert b"".join([piece async for piece in pieces if piece != PING]) == numbers(1, 2)


@pytest.mark.parametrize("read", [1, 2])
async def test_a_reader_who_leaves_ends_the_making(read: int) -> None:
    maker = Maker(2, 1)
    pieces = sent(maker)
    for _ in range(read):
        await anext(pieces)
    await pieces.aclose()
    assert maker.is_closed == (read > 1)
    assert len(asyncio.all_tasks()) == 1


async def test_what_goes_wrong_with_the_frames_comes_behind_what_was_made() -> None:
    async def failing() -> AsyncGenerator[bytes, None]:
        yield b"one"
        raise ValueError("torn")

    pieces = written(failing(), LONG, copy_context())
    assert [await anext(pieces), await anext(pieces)] == [OPEN, b"one"]
    with pytest.raises(ValueError, match="torn"):
        await anext(pieces)


async def test_frames_are_made_in_the_context_of_their_request() -> None:
    asked_by = ContextVar("asked_by", default="nobody")
    asked_by.set("ada")
    context = copy_context()
    asked_by.set("bo")

    async def frames() -> AsyncGenerator[bytes, None]:
        yield asked_by.get().encode()

    assert [piece async for piece in written(frames(), LONG, context)] == [OPEN, b"ada"]
