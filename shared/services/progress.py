"""Follow what becomes of the documents of a base, out of the register that every instance writes to."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from shared.domain.access import BaseKey, Principal
from shared.domain.documents import Document
from shared.domain.errors import RateLimited
from shared.ports.catalog import Catalog
from shared.services.knowledge_bases import KnowledgeBases

OVERLAP = timedelta(seconds=5)
"""How far each look goes back behind the last: instances' clocks differ, and a write takes its time."""

PAGE = 500
"""Documents of one read of the register."""

SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 4.0
"""Seconds between two looks: few while something happens, more the longer nothing does."""

LONGEST = timedelta(minutes=10)
"""How long one listener is served; whoever wants to go on says where they are and comes back."""


@dataclass(frozen=True)
class Listeners:
    """How many follow at once in this process, and each user of a tenant among them."""

    most: int = 200
    most_of_one: int = 10
    present: Counter[tuple[str, str]] = field(default_factory=Counter)
    exits: set[asyncio.Event] = field(default_factory=set)

    def check(self, principal: Principal) -> None:
        """Raise RateLimited where there is no place for one more."""
        own = self.present[(principal.tenant, principal.user)]
        if own >= self.most_of_one or self.present.total() >= self.most:
            raise RateLimited("too many listeners follow documents; close one, or try again later", retry_after=30)

    @contextmanager
    def place(self, principal: Principal) -> Iterator[asyncio.Event]:
        """Take a place while the block runs; the event says that it is wanted back. Raises RateLimited like `check`."""
        self.check(principal)
        who = (principal.tenant, principal.user)
        self.present[who] += 1
        self.exits.add(leaving := asyncio.Event())
        try:
            yield leaving
        finally:
            self.exits.discard(leaving)
            self.present[who] -= 1
            if not self.present[who]:
                del self.present[who]

    def send_off(self) -> None:
        """Ask everybody who follows to leave at once, on the event loop that they are served on."""
        for each in self.exits:
            each.set()


@dataclass(frozen=True)
class Progress:
    """The documents of every base as they change."""

    catalog: Catalog
    bases: KnowledgeBases
    clock: Callable[[], datetime]
    listeners: Listeners = field(default_factory=Listeners)
    wait: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def follow(self, principal: Principal, id: str, since: datetime) -> AsyncGenerator[Document, None]:
        """Yield each document that has changed since a moment, and again with every change, for LONGEST at most.

        A state that passes between two looks is not seen, nor is a document that is deleted meanwhile. What changed
        shortly before `since` may be told again. Listeners who are sent off hear no more. Raises NotFound once the
        principal may no longer read the base, and RateLimited like `Listeners.check`.
        """
        end, told = self.clock() + LONGEST, Told(since)
        pause = SHORTEST_PAUSE
        with self.listeners.place(principal) as leaving:
            while self.clock() < end and not leaving.is_set():
                scope = await self.bases.scope(principal, id)
                quiet = True
                async for document in self.changed(scope.base, told.since - OVERLAP):
                    if document.has_arrived and told.is_new(document) and scope.may_read(document.access):
                        quiet = False
                        yield document
                told = told.without_old()
                pause = min(2 * pause, LONGEST_PAUSE) if quiet else SHORTEST_PAUSE
                await self.waited(pause, leaving)

    async def waited(self, seconds: float, leaving: asyncio.Event) -> None:
        """Wait, but no longer than the listener may stay."""
        pause, exit = asyncio.ensure_future(self.wait(seconds)), asyncio.ensure_future(leaving.wait())
        waiting: list[asyncio.Future[Any]] = [pause, exit]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if pause.done():
                pause.result()
        finally:
            for each in waiting:
                each.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    async def changed(self, base: BaseKey, since: datetime) -> AsyncGenerator[Document, None]:
        """Go through the documents that changed since a moment, oldest change first."""
        while page := await self.catalog.changed_documents(base, since, PAGE):
            for each in page:
                yield each
            if len(page) < PAGE:
                return
            # Documents that share a moment stay together unless they alone fill a page.
            last = page[-1].updated_at
            since = last if last > since else last + timedelta(microseconds=1)


@dataclass
class Told:
    """What a listener has heard: up to which moment, and which changes shortly before it."""

    since: datetime
    changes: dict[str, datetime] = field(default_factory=dict)

    def is_new(self, document: Document) -> bool:
        """Say whether this change was not told yet, and take it as told."""
        if self.changes.get(document.id) == document.updated_at:
            return False
        self.changes[document.id] = document.updated_at
        self.since = max(self.since, document.updated_at)
        return True

    def without_old(self) -> "Told":
        """Return the same without the changes that no look will find again."""
        return replace(self, changes={id: at for id, at in self.changes.items() if at >= self.since - OVERLAP})
