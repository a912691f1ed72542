"""Let a model read what the rules have read already: packs of passages of many documents, each paid once."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from shared.domain.access import BaseKey, background
from shared.domain.answers import ModelTask
from shared.domain.documents import Chunk, DocumentState
from shared.domain.errors import (
    BudgetExceeded,
    ContentBlocked,
    DeadlineExceeded,
    ModelUnavailable,
    NotFound,
    RateLimited,
    Unavailable,
)
from shared.domain.extraction import BuildEstimate
from shared.domain.identity import content_id
from shared.domain.jobs import WORK
from shared.graph.pack_rows import answered
from shared.graph.pack_rules import END, RULES
from shared.graph.refine import refined
from shared.ingestion.staging import chunks_from_json, chunks_to_json
from shared.money.shares import shares
from shared.ports.answer_cache import AnswerCache
from shared.ports.catalog import Catalog
from shared.ports.extraction import ExtractionQueue
from shared.ports.files import Files
from shared.services.build_graph import contributions
from shared.services.model_task import PaidTasks
from shared.services.packing import Packing
from shared.services.staging import whole

WAITING = "the graph holds what the rules found; the model has yet to read this document"

ATTEMPTS = 3
"""Calls for one pack at most: the first, and two for what the answers before left out."""

LONGEST_REST = 120.0
"""Seconds that a pack is held back where the model wants to be left alone for longer than a call waits; limits of
providers are counted by the minute."""

MOST_DOCUMENTS = 1000
"""Documents of one run; what waits beyond that is for the next one."""

PAGE = 500
"""Documents between two reads of the register."""


@dataclass(frozen=True)
class ModelExtraction:
    """The steps between documents that wait for the model and the graph that holds what it says."""

    catalog: Catalog
    files: Files
    cache: AnswerCache
    queue: ExtractionQueue
    packing: Packing
    tasks: PaidTasks
    clock: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def wait(self, base: BaseKey, document_id: str) -> str:
        """Let a document wait for the model, and return what to say of it until then."""
        await self.queue.add(base, [document_id])
        return WAITING

    async def estimate(self, base: BaseKey) -> BuildEstimate:
        """Say what it will take to read everything in a base that the model has not read."""
        unread = await self.packing.unread(base, await self._ready(base), sys.maxsize)
        return await self.packing.estimate(unread, await self.packing.packed(base, unread))

    async def request(self, base: BaseKey) -> BuildEstimate:
        """Let every document of a base wait that holds something unread. Raises BudgetExceeded with the estimate."""
        unread = await self.packing.unread(base, await self._ready(base), sys.maxsize)
        estimate = await self.packing.estimate(unread, await self.packing.packed(base, unread))
        if not estimate.fits_budget:
            raise BudgetExceeded(too_dear(estimate), **asdict(estimate))
        await self.queue.add(base, [id for id, chunks in unread.items() if chunks])
        return estimate

    async def plan(self, base: BaseKey) -> dict[str, object]:
        """Stage packs of what waits; return the plan's name, the number of packs, and why there are none."""
        unread = await self.packing.unread(base, await self.queue.waiting(base, MOST_DOCUMENTS))
        packs = await self.packing.packed(base, unread)
        estimate = await self.packing.estimate(unread, packs)
        # What was read in a run that was cut is still to be put into the graph.
        ids = {document: await self.unapplied(base, document) for document in unread}
        plan = content_id("extraction", base.tenant, base.id, json.dumps(ids))
        await self.files.write(path(plan, "documents"), whole(json.dumps(ids).encode()))
        if not estimate.fits_budget:
            return {"plan": plan, "packs": 0, "reason": too_dear(estimate)}
        for number, pack in enumerate(packs):
            await self.files.write(path(plan, number), whole(chunks_to_json(pack.chunks)))
        return {"plan": plan, "packs": len(packs), "reason": ""}

    async def unapplied(self, base: BaseKey, document: str) -> list[str]:
        """Return a document's chunks that the graph knows from the rules alone."""
        return await self.packing.readings.unapplied(base, await self.packing.index.chunks_of(base, document))

    async def read(self, base: BaseKey, plan: str, number: int) -> str:
        """Let the model read one pack, not paying again what it has read; return why something is missing, or "".

        A model that wants to be left alone for longer than a call waits is left alone between two calls.
        """
        chunks = chunks_from_json((await self.files.read(path(plan, number))).content)
        reason, rest = "", 0.0
        for _ in range(ATTEMPTS):
            if rest:
                await self.sleep(rest)
            unread = await self.packing.readings.unread(base, chunks)
            if not unread:
                return ""
            try:
                reason, rest = await self.attempt(base, unread), 0.0
            except (BudgetExceeded, ContentBlocked) as error:
                return error.message
            except (ModelUnavailable, RateLimited, DeadlineExceeded) as error:
                reason, rest = error.message, asked_rest(error)
            if rest > LONGEST_REST:
                return reason
        return reason if await self.packing.readings.unread(base, chunks) else ""

    async def attempt(self, base: BaseKey, chunks: Sequence[Chunk]) -> str:
        """Pay for one call, keep what holds of its answer at once, and return what is wrong with the rest."""
        pack = await self.packing.repacked(base, chunks)
        task = ModelTask(RULES, pack.material, pack.most_answer_tokens, last_row=END)
        receipt = await self.tasks.performed(background(base.tenant), "extraction", task)
        for document, cost in shares(receipt.cost, pack.chunks).items():
            await self.catalog.charge_document(base, document, cost)
        answer = answered(pack, "".join(receipt.written))
        await self.packing.readings.keep(base, pack.chunks, answer.readings)
        return answer.problem

    async def apply(self, base: BaseKey, plan: str, reasons: Sequence[str]) -> None:
        """Put what the model said into the graph, publish it, and say of each document what is missing."""
        try:
            stored = await self.files.read(path(plan, "documents"))
        except NotFound:
            # A run that was cut after its last word was sweeping up.
            await self.files.delete(f"{WORK}/{plan}/")
            return
        planned: Mapping[str, list[str]] = json.loads(stored.content)
        await self.queue.remove(base, list(planned))
        left = await self.packing.unread(base, list(planned))
        for document, ids in planned.items():
            await self.record(base, document, set(ids))
        await self.packing.graph.publish(base)
        await self.cache.forget(base)
        for document, ids in planned.items():
            await self.describe(base, document, left.get(document, ()), ids, reasons)
        await self.files.delete(f"{WORK}/{plan}/")

    async def record(self, base: BaseKey, document: str, ids: set[str]) -> None:
        """Refine what the rules found in chunks; those that went meanwhile leave nothing behind."""
        graph, index = self.packing.graph, self.packing.index
        chunks = [each for each in await index.chunks_of(base, document) if each.id in ids]
        readings = await self.packing.readings.of(base, chunks)
        read = [each for each in chunks if each.id in readings]
        found = contributions(read)
        await graph.record(
            base, [refined(rules, each.text, readings[each.id]) for rules, each in zip(found, read, strict=True)]
        )
        await self.packing.readings.mark_applied(base, read)
        # Whoever deletes or replaces a document changes the index first, so a second look sees it.
        present = {each.id for each in await index.chunks_of(base, document)}
        await graph.forget(base, document, present)
        await self.packing.readings.store.forget(base, ids - present)

    async def describe(
        self, base: BaseKey, id: str, left: Sequence[Chunk], ids: Sequence[str], reasons: Sequence[str]
    ) -> None:
        """Say of a document what is missing in it; one that has changed meanwhile waits for the next run."""
        missing = sum(each.id in ids for each in left)
        if missing < len(left):
            await self.queue.add(base, [id])
        document = await self.catalog.document(base, id)
        if document is None or document.state is not DocumentState.READY:
            return
        reason = f"the model has not read {missing} of {document.chunk_count} passages: {'; '.join(reasons)}"
        count = await self.packing.graph.entity_count(base, id)
        lacking = (reason, "read_in_part") if missing else ("", "")
        described = replace(
            document, entity_count=count, reason=lacking[0], reason_code=lacking[1], updated_at=self.clock()
        )
        await self.catalog.advance_document(described)

    async def _ready(self, base: BaseKey) -> list[str]:
        found: list[str] = []
        after = ""
        while page := await self.catalog.documents(base, PAGE, after):
            found += [each.id for each in page if each.state is DocumentState.READY]
            after = page[-1].id
        return found


def asked_rest(error: Unavailable) -> float:
    """Return the seconds that a model wants to be left alone, 0 where it does not say."""
    told = error.details.get("retry_after")
    return told if isinstance(told, int | float) else 0.0


def path(plan: str, part: int | str) -> str:
    """Name the file of one part of a plan."""
    return f"{WORK}/{plan}/{part}.json"


def too_dear(estimate: BuildEstimate) -> str:
    """Say that the budgets do not hold a build."""
    return f"letting the model read costs about {estimate.cost_usd:.4f} US dollars, more than the budgets have left"
