"""Server-sent events that never just die: a first byte at once, pings while waiting, an error event on failure."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing

from azurefunctions.extensions.http.fastapi import StreamingResponse

from functions.errors import error_body
from shared.domain.errors import KnowledgeError

PING_SECONDS = 15.0
"""Well below the 230 seconds after which Azure's load balancer drops a silent connection."""

HEADERS = {"cache-control": "no-cache", "x-accel-buffering": "no"}
logger = logging.getLogger(__name__)

Event = tuple[str, object]
"""The name of an event and its JSON value."""


def stream(
    events: AsyncGenerator[Event, None], request_id: str, ping_seconds: float = PING_SECONDS
) -> StreamingResponse:
    """Answer with a stream of events; a client that leaves closes `events`."""
    frames = written(guarded(events, request_id), ping_seconds)
    return StreamingResponse(frames, media_type="text/event-stream", headers=HEADERS)


async def written(events: AsyncGenerator[Event, None], ping_seconds: float) -> AsyncGenerator[bytes, None]:
    """Write events as bytes, with comments in between while nothing happens."""
    yield b": open\n\n"
    upcoming: asyncio.Task[Event] = asyncio.ensure_future(anext(events))
    try:
        while True:
            done, _ = await asyncio.wait([upcoming], timeout=ping_seconds)
            if not done:
                yield b": ping\n\n"
                continue
            try:
                yield frame(*upcoming.result())
            except StopAsyncIteration:
                return
            upcoming = asyncio.ensure_future(anext(events))
    finally:
        await closed(upcoming)


async def closed(upcoming: "asyncio.Task[Event]") -> None:
    """End the wait for the next event, so that whatever makes it lets go of its model and its money."""
    upcoming.cancel()
    await asyncio.gather(upcoming, return_exceptions=True)


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


def frame(name: str, value: object) -> bytes:
    """Write one event."""
    return f"event: {name}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n".encode()
