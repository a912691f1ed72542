"""The watched folder: hands each version of each file over once, and tells of each file that went away."""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from infra.local.host.blob import FileBlob, blob_deleted
from infra.local.host.blob_path import path_expression
from infra.local.host.clock import Clock
from infra.local.host.delivery import Delivery, Invoke
from infra.local.host.folder import SeenFile, scan
from infra.local.host.functions import RegisteredFunction, wrongly_declared
from infra.local.host.memory import Memory, Receipt

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 256
"""Files on their way to functions at the same time; the rest waits for a later scan."""

REST_PER_SCAN = 4.0
"""Waiting is at least this many times as long as scanning, so that a huge folder does not keep a core busy."""

REMEMBERING_SECONDS = 1.0
"""How long a stop waits for what was handed over to be written down, and not for the pause before another attempt."""


@dataclass(frozen=True)
class BlobFunction:
    """A blob function with the names that it wants."""

    function: RegisteredFunction
    names: re.Pattern[str]


class Watcher:
    """A file is handed over when two scans in a row see it unchanged, and deleted when two in a row miss it."""

    def __init__(
        self,
        folder: Path,
        blob_functions: Iterable[RegisteredFunction],
        deletion_functions: Iterable[RegisteredFunction],
        invoke: Invoke,
        clock: Clock,
    ) -> None:
        """Raises BadSetting for a path pattern that cannot be watched."""
        self._folder = folder
        self._blob_functions = [blob_function(function) for function in blob_functions]
        self._deletion_functions = list(deletion_functions)
        self._invoke = invoke
        self._clock = clock
        self._before: dict[str, SeenFile] | None = None
        self._taken: dict[str, dict[str, str]] = {}
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._looking: asyncio.Task[None] | None = None
        self._is_readable = True

    async def start(self, memory: Memory, scan_seconds: float) -> None:
        """Recall what was handed over and begin to look. Raises StoreUnavailable."""
        self._memory = memory
        self._taken = {}
        for receipt in await asyncio.to_thread(memory.receipts):
            self._taken.setdefault(receipt.path, {})[receipt.function] = receipt.etag
        self._delivery = Delivery(self._invoke, self._clock)
        self._looking = asyncio.create_task(self._keep_looking(scan_seconds), name="watcher")

    async def stop(self) -> None:
        """Stop looking and retrying; a function that is being called is cut off, so let the gate drain first.

        What was handed over gets a moment to be remembered, or its deletion would go unnoticed after the next start.
        """
        if self._looking:
            self._looking.cancel()
        if self._under_way:
            await asyncio.wait(self._under_way.values(), timeout=REMEMBERING_SECONDS)
        tasks = [*self._under_way.values(), *([self._looking] if self._looking else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def look(self) -> None:
        """Scan once, and send on what has settled since the scan before."""
        found = await asyncio.to_thread(self._scan)
        if found is None:
            return
        before, self._before = self._before, found
        if before is None:
            return
        for path, seen in found.items():
            if before.get(path) == seen:
                self._offer(path, seen)
        for path in [path for path in self._taken if path not in found and path not in before]:
            self._begin(path, self._tell_deleted(path))

    async def _keep_looking(self, scan_seconds: float) -> None:
        while True:
            started = time.monotonic()
            try:
                await self.look()
            except Exception:
                logger.exception("looking into the documents folder failed")
            await self._clock.sleep(max(scan_seconds, REST_PER_SCAN * (time.monotonic() - started)))

    def _scan(self) -> dict[str, SeenFile] | None:
        """The folder as it is; None, said once, while it cannot be read."""
        try:
            found = scan(self._folder)
        except OSError as error:
            if self._is_readable:
                logger.warning("the documents folder cannot be read, its files are left as they are: %s", error)
            self._is_readable = False
            return None
        self._is_readable = True
        return found

    def _offer(self, path: str, seen: SeenFile) -> None:
        taken = self._taken.get(path, {})
        if self._blob_functions and all(taken.get(each.function.name) == seen.etag for each in self._blob_functions):
            return
        wanting = [
            each.function
            for each in self._blob_functions
            if taken.get(each.function.name) != seen.etag and each.names.fullmatch(path)
        ]
        if wanting:
            self._begin(path, self._hand_over(path, seen, wanting))

    def _begin(self, path: str, work: Any) -> None:
        if path in self._under_way or len(self._under_way) >= MOST_AT_ONCE:
            work.close()
            return
        task = asyncio.create_task(work)
        self._under_way[path] = task
        task.add_done_callback(partial(self._ended, path))

    def _ended(self, path: str, task: "asyncio.Task[None]") -> None:
        del self._under_way[path]
        if not task.cancelled() and (error := task.exception()):
            # Nothing was remembered, so the next scan offers it again.
            logger.error("%s could not be handed over", path, exc_info=error)

    async def _hand_over(self, path: str, seen: SeenFile, functions: list[RegisteredFunction]) -> None:
        handed = [self._hand_to(function, path, seen) for function in functions]
        for failure in await asyncio.gather(*handed, return_exceptions=True):
            if failure:
                raise failure

    async def _hand_to(self, function: RegisteredFunction, path: str, seen: SeenFile) -> None:
        blob = partial(FileBlob, self._folder / path, path, seen)
        outcome = await self._delivery.deliver(function, path, blob, lambda: self._is_now(path, seen))
        if outcome:
            receipt = Receipt(function.name, path, seen.etag, outcome)
            await asyncio.to_thread(self._memory.keep, [receipt])
            self._taken.setdefault(path, {})[function.name] = seen.etag

    async def _tell_deleted(self, path: str) -> None:
        event = partial(blob_deleted, self._folder / path, path, self._clock.now())
        told: list[Awaitable[str | None]] = [
            self._delivery.deliver(function, path, event, lambda: self._is_now(path, None))
            for function in self._deletion_functions
        ]
        if all(await asyncio.gather(*told)):
            await asyncio.to_thread(self._memory.forget, path)
            self._taken.pop(path, None)

    def _is_now(self, path: str, seen: SeenFile | None) -> bool:
        """Whether the latest scan still shows the file so, or still misses it."""
        return (self._before or {}).get(path) == seen


def blob_function(function: RegisteredFunction) -> BlobFunction:
    """Read the pattern of a blob function. Raises BadSetting."""
    try:
        return BlobFunction(function, path_expression(function.trigger.path))
    except (ValueError, re.error) as error:
        raise wrongly_declared(function, f"cannot be watched for: {error}") from error
