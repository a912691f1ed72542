"""Server-sent events that never just die: a first byte at once, pings while waiting, an error event on failure."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from contextvars import Context, copy_context

from azurefunctions.extensions.http.fastapi import StreamingResponse

from functions.errors import error_body
from functions.outbox import Outbox
from shared.domain.errors import KnowledgeError

PING_SECONDS = 15.0
"""Well below the 230 seconds after which Azure's load balancer drops a silent connection."""

HEADERS = {"cache-control": "no-cache", "x-accel-buffering": "no"}
logger = logging.getLogger(__name__)

Event = tuple[str, object] | tuple[str, object, str]
"""The name of an event, its JSON value and, where a client may go on after it, its id."""


def stream(
    events: AsyncGenerator[Event, None], request_id: str, ping_seconds: float = PING_SECONDS
) -> StreamingResponse:
    """Answer with a stream of events; a client that leaves closes `events`."""
    return streamed(framed(guarded(events, request_id)), ping_seconds)


def streamed(frames: AsyncGenerator[bytes, None], ping_seconds: float = PING_SECONDS) -> StreamingResponse:
    """Answer with events that are written already; a client that leaves closes `frames`.

    They are made under the deadline that the request has now, whoever reads them later.
    """
    pieces = written(frames, ping_seconds, copy_context())
    return StreamingResponse(pieces, media_type="text/event-stream", headers=HEADERS)


async def framed(events: AsyncGenerator[Event, None]) -> AsyncGenerator[bytes, None]:
    """Write each event."""
    async with aclosing(events) as open_events:
        async for event in open_events:
            yield frame(*event)


async def written(
    frames: AsyncGenerator[bytes, None], ping_seconds: float, context: Context
) -> AsyncGenerator[bytes, None]:
    """Pass on what is written, with comments in between while nothing happens; what comes at once is sent at once.

    One task makes all frames, so that none of them waits for the one before to be sent.
    """
    yield b": open\n\n"
    outbox = Outbox()
    making = asyncio.get_running_loop().create_task(made(frames, outbox), context=context)
    try:
        while True:
            try:
                async with asyncio.timeout(ping_seconds):
                    taken = await outbox.take()
            except TimeoutError:
                taken = b": ping\n\n"
            if not taken:
                break
            yield taken
        await making
    finally:
        await ended(making)
        # A task that was cancelled before it began has closed nothing.
        await frames.aclose()


async def made(frames: AsyncGenerator[bytes, None], outbox: Outbox) -> None:
    """Put every frame into the outbox; the end of this, whatever it is, closes both."""
    try:
        async with aclosing(frames):
            async for each in frames:
                await outbox.put(each)
    finally:
        outbox.close()


async def ended(making: "asyncio.Task[None]") -> None:
    """End the making of frames, so that whatever makes them lets go of its model and its money."""
    making.cancel()
    await asyncio.gather(making, return_exceptions=True)


async def guarded(events: AsyncGenerator[Event, None], request_id: str) -> AsyncGenerator[Event, None]:
    """Pass events on; a failure becomes an `error` event and a `done` event."""
    try:
        async with aclosing(events) as open_events:
            async for event in open_events:
                yield event
    except KnowledgeError as error:
        yield "error", error_body(error, request_id)["error"]
        yield "done", {"finish_reason": "error"}
    except Exception:
        logger.exception("stream of request %s failed", request_id)
        yield "error", error_body(KnowledgeError("the service failed"), request_id)["error"]
        yield "done", {"finish_reason": "error"}


def frame(name: str, value: object, id: str = "") -> bytes:
    """Write one event."""
    named = f"id: {id}\n" if id else ""
    return f"{named}event: {name}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n".encode()
