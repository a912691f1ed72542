"""The local host: serves the very functions that an app registers, on one machine, without the Functions host."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from infra.local.durable import DurableRunner
from infra.local.durable.threads import Threads
from infra.local.folder_lock import only_host
from infra.local.host.by_hand import ByHand
from infra.local.host.clock import Clock
from infra.local.host.durable_api import DurableApi, client_binding
from infra.local.host.error_responses import answer_refusal, answer_stopping, answer_typed, answer_unforeseen
from infra.local.host.foreign_pages import RefuseForeignPages
from infra.local.host.functions import RegisteredFunction, registered_functions
from infra.local.host.gate import Gate, Stopping
from infra.local.host.http_functions import HttpFunctions
from infra.local.host.invocations import Invocations
from infra.local.host.listener import listening
from infra.local.host.memory import Memory
from infra.local.host.settings import HostSettings
from infra.local.host.timers import Timers
from infra.local.host.watcher import Watcher
from infra.local.host.workflows import close_client_session, registry_of
from shared.domain.errors import BadSetting, KnowledgeError

logger = logging.getLogger(__name__)

THREADS = 32
"""Plain functions that run at once, other than activities."""


async def nothing_to_close() -> None:
    """Return: not every app holds anything."""


def nobody_to_send_off() -> None:
    """Return: not every app has answers that go on for as long as somebody listens."""


class LocalHost:
    """One app on one machine. Nothing is read or opened before the first use."""

    def __init__(
        self,
        app: Any,
        *,
        settings: HostSettings,
        close: Callable[[], Awaitable[None]] = nothing_to_close,
        send_off: Callable[[], None] = nobody_to_send_off,
    ) -> None:
        """`app` is the FunctionApp, `close` lets go of what its functions hold, once all of them have ended.

        `send_off` ends what would otherwise go on for as long as somebody listens; it is called once the host stops.
        """
        self.settings = settings
        self._close_app = close
        self._send_off = send_off
        self.drained_in_time = True
        self._app = app
        self._clock = Clock()
        self._gate = Gate()
        self._invocations = Invocations(self._gate, Threads(THREADS, "function"))

    @cached_property
    def asgi(self) -> Starlette:
        """The app for any ASGI server; its lifespan runs the timers, the watched folder and the durable runs.

        Raises BadSetting for a function that is declared wrongly.
        """
        http = HttpFunctions(self._of("httpTrigger"), self._invocations, self.settings.route_prefix)
        by_hand = ByHand(self._functions, self._invocations, self._runner, self.settings.documents_folder)
        app = Starlette(
            routes=[http, *DurableApi(self._runner).routes(), *by_hand.routes()],
            middleware=[Middleware(RefuseForeignPages)],
            exception_handlers={
                HTTPException: answer_refusal,
                Stopping: answer_stopping,
                KnowledgeError: answer_typed,
                Exception: answer_unforeseen,
            },
            lifespan=self._lifespan,
        )
        app.router.redirect_slashes = False
        return app

    @asynccontextmanager
    async def running(self, base_url: str) -> AsyncIterator[None]:
        """Run timers, watched folder and durable runs; durable clients are told `base_url`, where `asgi` must listen.

        On leaving, what runs gets `drain_seconds` to end. Raises BadSetting, StoreUnavailable.
        """
        timers, watcher = self._timers, self._watcher
        await asyncio.to_thread(check_folders, self.settings)
        self._invocations.client_binding = client_binding(base_url)
        async with AsyncExitStack() as stack:
            stack.enter_context(only_host(self.settings.runs_database.parent))
            stack.push_async_callback(self._let_go)
            stack.push_async_callback(close_client_session)
            memory = await asyncio.to_thread(Memory, self.settings.memory_database)
            stack.push_async_callback(asyncio.to_thread, memory.close)
            await self._runner.open()
            self._gate.open()
            stack.push_async_callback(self._drain)
            await watcher.start(memory, self.settings.scan_seconds)
            timers.start(memory)
            yield

    @asynccontextmanager
    async def serving(self, port: int = 0) -> AsyncIterator[str]:
        """Run and listen on a loopback port, a free one for 0; yields the base URL. Raises BadSetting."""
        async with listening(self.asgi, port) as base_url, self.running(base_url):
            yield base_url

    async def _drain(self) -> None:
        deadline = time.monotonic() + self.settings.drain_seconds
        self._gate.shut()
        self._send_off()
        if not await self._gate.close(self.settings.drain_seconds):
            logger.warning("functions did not end within %s seconds and are cut off", self.settings.drain_seconds)
            self.drained_in_time = False
        await self._timers.stop()
        await self._watcher.stop()
        await self._runner.close(max(0.0, deadline - time.monotonic()))

    async def _let_go(self) -> None:
        """Let go of what the app holds, unless functions that were cut off may still use it."""
        if self.drained_in_time:
            await self._close_app()

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        async with self.running(f"http://127.0.0.1:{self.settings.port}"):
            yield

    @cached_property
    def _functions(self) -> list[RegisteredFunction]:
        return registered_functions(self._app)

    @cached_property
    def _runner(self) -> DurableRunner:
        registry = registry_of(self._functions, self._invocations)
        path, maximum = self.settings.runs_database, self.settings.maximum_activities
        return DurableRunner(registry, path, maximum_activities=maximum)

    @cached_property
    def _timers(self) -> Timers:
        return Timers(self._of("timerTrigger"), self._invocations.invoke, self._clock)

    @cached_property
    def _watcher(self) -> Watcher:
        return Watcher(
            self.settings.documents_folder,
            self._of("blobTrigger"),
            self._of("eventGridTrigger"),
            self._invocations.invoke,
            self._clock,
        )

    def _of(self, kind: str) -> list[RegisteredFunction]:
        return [function for function in self._functions if function.kind == kind]


def check_folders(settings: HostSettings) -> None:
    """Make the folders. Raises BadSetting for one that cannot be written."""
    for folder in (settings.documents_folder, settings.runs_database.parent):
        check_folder(folder)


def check_folder(folder: Path) -> None:
    """Make a folder and try to write there. Raises BadSetting."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            return
    except OSError as error:
        raise BadSetting(f"the folder {folder} cannot be written: {error.strerror}") from error
