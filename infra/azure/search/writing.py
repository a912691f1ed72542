"""Bring actions to the index: in batches that the service takes, each item checked and repeated for itself."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from infra.azure.search.connection import Connection, IndexingAnswer
from shared.domain.errors import RateLimited, StoreUnavailable

MOST_ACTIONS, MOST_BYTES = 500, 8_000_000
"""Of one batch: half of what the service takes at most, 1,000 actions and 16 MB."""

PASSING = frozenset({409, 422, 429, 503})
"""Statuses of an item that may be taken next time: changed meanwhile, index busy, throttled, overloaded."""

GONE = 404
"""Status of a change to an item that somebody else has deleted; there is nothing left to change."""

REPEATS = 8
"""Times an item is sent again: where one in ten fails, one in a billion is given up."""

LONGEST_PAUSE = 5.0
"""Seconds between two sendings of what is left."""

Action = tuple[str, bytes]
"""The key of an item and what to do with it, written as JSON."""


@dataclass
class Writing:
    """Actions on their way, all for different keys: their order is that of the batches and no promise."""

    connection: Connection
    _tries: Counter[str] = field(default_factory=Counter)

    async def write(self, actions: Iterable[Action]) -> None:
        """Bring every action to the index. Raises StoreUnavailable for an item that is refused or fails for too long.

        RateLimited is raised where the service asks for a longer wait than a call may take. What failed joins the next
        batch, so that nobody waits for it; there is a pause where the service asks for one, where little else is left,
        and where most of a batch failed.
        """
        batches, failed = Batches(actions), list[Action]()
        pause = self.connection.patience.first_pause_seconds
        while batch := await asyncio.to_thread(batches.take, failed):
            body = b'{"value": [%b]}' % b",".join(written for _, written in batch)
            answer = await self.connection.write(body)
            failed = self._failed(batch, answer)
            if failed and (answer.retry_after or not batches.more or 2 * len(failed) > len(batch)):
                await self._rest(answer.retry_after or pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    async def _rest(self, seconds: float) -> None:
        if seconds > self.connection.patience.call_seconds:
            raise RateLimited("the search index takes no more chunks for now", retry_after=seconds)
        await asyncio.sleep(seconds)

    def _failed(self, batch: list[Action], answer: IndexingAnswer) -> list[Action]:
        """Return what has to be sent again; an item the answer does not speak of is one that failed."""
        failed = []
        for key, written in batch:
            done, status = answer.items.get(key, (False, 503))
            if done or status == GONE:
                continue
            self._tries[key] += 1
            if status not in PASSING or self._tries[key] > REPEATS:
                raise StoreUnavailable(f"the search index does not take a chunk: HTTP {status}", status=status)
            failed.append((key, written))
        return failed


class Batches:
    """Parts actions into batches; what is written lazily is written when its batch is taken."""

    def __init__(self, actions: Iterable[Action]) -> None:
        """Begin before the first action."""
        self._coming: Iterator[Action] = iter(actions)
        self._waiting: deque[Action] = deque()
        self.more = True

    def take(self, again: Iterable[Action]) -> list[Action]:
        """Return the next batch, with what has to be sent again before the rest; empty at the end.

        One action larger than a batch is one by itself: whether it is taken is for the service to say.
        """
        self._waiting.extendleft(again)
        batch, size = list[Action](), 0
        while len(batch) < MOST_ACTIONS and self._filled():
            size += len(self._waiting[0][1]) + 1
            if batch and size > MOST_BYTES:
                break
            batch.append(self._waiting.popleft())
        return batch

    def _filled(self) -> bool:
        """Make sure that an action waits, as long as there is one."""
        if not self._waiting:
            following = next(self._coming, None)
            self.more = following is not None
            if following is not None:
                self._waiting.append(following)
        return bool(self._waiting)
