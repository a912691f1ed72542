"""Let a model judge the names that may be one: what is likely but not sure, many pairs to a call, each paid once."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from shared.domain.access import BaseKey, Scope, background
from shared.domain.answers import ScoredChunk
from shared.domain.errors import BadRequest, BudgetExceeded, Unavailable
from shared.domain.resolution import Doubt, Verdict
from shared.graph.judgement import PAIRS, answered, task, verdict_key
from shared.ports.answer_cache import AnswerCache
from shared.ports.chunk_index import ChunkIndex
from shared.ports.extraction import ExtractionStore, Writing
from shared.ports.graph_store import GraphStore
from shared.ports.resolutions import ResolutionStore
from shared.services.model_task import PaidTasks

MOST_CALLS = 20
"""Calls of one run that has nothing to read; what waits beyond that is for the next one."""

PACKS_PER_CALL = 10
"""Packs read for each call that judges names: a small insert pays for its own reading alone."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Judging:
    """The steps between pairs in doubt and a graph that follows the model's word."""

    resolutions: ResolutionStore
    graph: GraphStore
    index: ChunkIndex
    cache: AnswerCache
    store: ExtractionStore
    tasks: PaidTasks

    async def judge(self, base: BaseKey, calls: int = MOST_CALLS) -> None:
        """Ask about what waits, keep each verdict before the next call, and publish what follows from them.

        Where the model, the budget or the number of calls refuses, the pairs stay what they are: SAME_AS edges that
        wait for the next run. A model that does not answer in rows is asked no further in this one.
        """
        doubts = await self.resolutions.doubts(base, MOST_CALLS * PAIRS)
        keys = [verdict_key(self.tasks.model.name, each) for each in doubts]
        known = await self.store.known(base, keys)
        kept = [(each, Verdict(known[key])) for each, key in zip(doubts, keys, strict=True) if key in known]
        await self.resolutions.judge(base, kept)
        unasked = [each for each, key in zip(doubts, keys, strict=True) if key not in known]
        try:
            for start in range(0, min(len(unasked), calls * PAIRS), PAIRS):
                if not await self.ask(base, unasked[start : start + PAIRS]):
                    break
        except (Unavailable, BudgetExceeded, BadRequest) as error:
            logger.info("names of base %s stay in doubt: %s", base.id, error)
        if doubts:
            await self.graph.publish(base)
            await self.cache.forget(base)

    async def ask(self, base: BaseKey, doubts: Sequence[Doubt]) -> bool:
        """Pay for one call, keep what holds of its answer, and say whether anything did."""
        texts = await self.texts(base, [id for each in doubts for id in (each.alias_chunk, each.key_chunk)])
        made = await asyncio.to_thread(task, doubts, texts)
        text = await self.tasks.perform(background(base.tenant), "resolution", made)
        judged = answered(len(doubts), text)
        if judged.problem:
            logger.info("names of base %s: %s", base.id, judged.problem)
        verdicts = [(doubts[place], verdict) for place, verdict in judged.verdicts.items()]
        writings = [
            Writing(verdict_key(self.tasks.model.name, each), verdict.value, (each.alias_chunk, each.key_chunk))
            for each, verdict in verdicts
        ]
        await self.store.keep(base, writings)
        await self.resolutions.judge(base, verdicts)
        return bool(verdicts)

    async def texts(self, base: BaseKey, chunk_ids: Sequence[str]) -> dict[str, str]:
        """Return the texts of chunks under their headings, by id."""
        snapshot = await self.graph.snapshot(base)
        scope = Scope(base, frozenset[str]().union(*snapshot.access_sets))
        hits = await self.index.hits(scope, [ScoredChunk(id, 0.0) for id in dict.fromkeys(chunk_ids)])
        return {hit.chunk.id: hit.chunk.headed_text for hit in hits}


def calls_after(packs: int) -> int:
    """Return how many calls may judge names once so many packs were read: a tenth; all of a run's where none was."""
    return packs // PACKS_PER_CALL if packs else MOST_CALLS
