"""Serving until the process is told to stop."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from infra.local.host.allocator import share_heaps
from infra.local.host.host import LocalHost
from infra.local.host.listener import configuration
from shared.domain.errors import KnowledgeError

logger = logging.getLogger(__name__)

Meanwhile = Callable[[str], Awaitable[None]]

START_FAILED = 2
SIGNALLED = 128
"""What a shell adds to the number of the signal that ended a process."""


def serve(host: LocalHost, meanwhile: Meanwhile) -> int:
    """Serve until SIGINT or SIGTERM, drain, and return the exit code; a second signal ends the process at once.

    `meanwhile` is called with the base URL once the host listens; what it raises ends the serving.
    A start that fails for a reason that is known by name prints one line and returns 2.
    """
    share_heaps()
    try:
        with asyncio.Runner(loop_factory=configuration(host.asgi).get_loop_factory()) as runner:
            runner.run(until_told(host, meanwhile))
    except KnowledgeError as error:
        return start_failed(error)
    return 0


def start_failed(error: KnowledgeError) -> int:
    """Print why the start failed, in one line, and return the exit code for it."""
    sys.stderr.write(" ".join(str(error).split()) + "\n")
    return START_FAILED


async def until_told(host: LocalHost, meanwhile: Meanwhile) -> None:
    """Serve on the port of the settings until a signal comes."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, hear, told, number)
    async with host.serving(host.settings.port) as base_url:
        logger.info("serving on %s", base_url)
        await heard(told, asyncio.ensure_future(meanwhile(base_url)))
        logger.info("stopping; a second signal ends at once")
    if not host.drained_in_time:
        # A thread that does not end would keep the interpreter waiting for it.
        end_at_once(0)


async def heard(told: asyncio.Event, work: "asyncio.Future[None]") -> None:
    """Wait for the signal, beside work that may end before it or fail."""
    hearing = asyncio.ensure_future(told.wait())
    waiting: list[asyncio.Future[Any]] = [work, hearing]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    try:
        if work.done():
            work.result()
            await hearing
    finally:
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


def hear(told: asyncio.Event, number: int) -> None:
    """The first signal asks, the second insists."""
    if told.is_set():
        end_at_once(SIGNALLED + number)
    told.set()


def end_at_once(code: int) -> None:
    """Leave without waiting for anything; every commit is on its way to the disk already."""
    logging.shutdown()
    os._exit(code)
