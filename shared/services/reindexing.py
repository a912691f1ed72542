"""Read every document of a base anew, a few at a time; each stays as it was until its new reading takes its place."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from shared.domain.access import BaseKey
from shared.domain.documents import Document, DocumentState
from shared.domain.errors import NotFound
from shared.domain.identity import content_id
from shared.domain.jobs import WORK, IngestionJob
from shared.ports.catalog import Catalog
from shared.ports.files import Files
from shared.services.staging import whole

AT_ONCE = 4
"""Documents that are read side by side."""

PAGE = 500
"""Documents between two reads of the register."""

AT_REST = frozenset({DocumentState.READY, DocumentState.FAILED})
"""States in which no run is reading a document already."""


@dataclass(frozen=True, slots=True)
class ReindexStatus:
    """How far the last reindexing of a base is; `state` is none, running, done or cancelled."""

    state: str
    total: int = 0
    done: int = 0
    failed: int = 0
    started_at: datetime | None = None

    @property
    def progress(self) -> float:
        """The share that is done, in [0, 1]."""
        if self.state == "done":
            return 1.0
        return self.done / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What one reindexing is to do: how many documents, since when, and whether nothing more is to come of it."""

    total: int
    started_at: datetime
    has_ended: bool = False

    def to_json(self) -> bytes:
        """Write the plan."""
        return json.dumps([self.total, self.started_at.isoformat(), self.has_ended]).encode()

    @classmethod
    def from_json(cls, content: bytes) -> "Plan":
        """Read what `to_json` wrote."""
        total, started_at, has_ended = json.loads(content)
        return cls(total, datetime.fromisoformat(started_at), has_ended)


@dataclass(frozen=True)
class Reindexing:
    """The steps of a reindexing. What it is about stands in files, so that durable runs carry numbers alone."""

    catalog: Catalog
    files: Files
    clock: Callable[[], datetime]

    async def begin(self, base: BaseKey) -> None:
        """Forget the last reindexing, and its cancellation."""
        await self.files.delete(folder(base))
        await self.keep(base, Plan(0, self.clock()))

    async def plan(self, base: BaseKey, only_outdated: bool) -> int:
        """Stage the documents to read in batches, and return how many batches there are."""
        known = await self.catalog.base(base)
        mark = known.settings.mark if known else ""
        names: list[str] = []
        after = ""
        while page := await self.catalog.documents(base, PAGE, after):
            names += [each.id for each in page if is_due(each, mark if only_outdated else None)]
            after = page[-1].id
        batches = [names[start : start + AT_ONCE] for start in range(0, len(names), AT_ONCE)]
        for number, batch in enumerate(batches):
            await self.files.write(batch_path(base, number), whole(json.dumps(batch).encode()))
        await self.keep(base, Plan(len(names), self.clock()))
        return len(batches)

    async def jobs(self, base: BaseKey, batch: int) -> list[IngestionJob]:
        """Return the jobs of one batch; none once it was cancelled, and none of a document that is being read."""
        if await self.is_cancelled(base):
            return []
        ids: list[str] = json.loads((await self.files.read(batch_path(base, batch))).content)
        found = [await self.catalog.document(base, id) for id in ids]
        return [
            IngestionJob(base.tenant, base.id, each.name, each.etag) for each in found if each and is_due(each, None)
        ]

    async def finish(self, base: BaseKey) -> None:
        """Say that all is done, and sweep up."""
        if plan := await self._plan(base):
            await self.keep(base, replace(plan, has_ended=True))
        await self.files.delete(f"{folder(base)}batches/")

    async def cancel(self, base: BaseKey) -> None:
        """Take up no further document; those that are being read are read to their end."""
        await self.files.write(path(base, "cancelled"), whole(b"{}"))

    async def is_cancelled(self, base: BaseKey) -> bool:
        """Say whether the last reindexing was cancelled."""
        return await self.files.etag(path(base, "cancelled")) is not None

    async def status(self, base: BaseKey) -> ReindexStatus:
        """Say how far the last reindexing is."""
        plan, known = await self._plan(base), await self.catalog.base(base)
        if plan is None or known is None or plan.started_at < known.created_at:
            return ReindexStatus("none")
        done = failed = 0
        after = ""
        while page := await self.catalog.documents(base, PAGE, after):
            read = [each for each in page if was_read(each, plan.started_at)]
            done += len(read)
            failed += sum(each.state is DocumentState.FAILED for each in read)
            after = page[-1].id
        state = "cancelled" if await self.is_cancelled(base) else "done" if plan.has_ended else "running"
        return ReindexStatus(state, plan.total, min(done, plan.total), failed, plan.started_at)

    async def keep(self, base: BaseKey, plan: Plan) -> None:
        """Keep what a reindexing is to do."""
        await self.files.write(path(base, "plan"), whole(plan.to_json()))

    async def _plan(self, base: BaseKey) -> Plan | None:
        try:
            return Plan.from_json((await self.files.read(path(base, "plan"))).content)
        except NotFound:
            return None


def is_due(document: Document, mark: str | None) -> bool:
    """Say whether a document at rest is to be read anew: any, or one that was read under another mark."""
    if document.state not in AT_REST or document.is_cancelled:
        return False
    return mark is None or document.read_as != mark


def was_read(document: Document, since: datetime) -> bool:
    """Say whether a document's last reading began after a moment and has come to its end."""
    return document.state in AT_REST and document.started_at is not None and document.started_at >= since


def folder(base: BaseKey) -> str:
    """Name the folder of a base's reindexing."""
    return f"{WORK}/{content_id('reindex', base.tenant, base.id)}/"


def batch_path(base: BaseKey, number: int) -> str:
    """Name the file of one batch."""
    return path(base, f"batches/{number:06d}")


def path(base: BaseKey, part: str) -> str:
    """Name the file of one part of it."""
    return f"{folder(base)}{part}.json"
