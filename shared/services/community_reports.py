"""Let a model write the reports of communities that a question selects, each once for the same content."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.domain.access import Principal, Scope
from shared.domain.answers import ScoredChunk
from shared.domain.errors import BadRequest, BudgetExceeded, Unavailable
from shared.domain.graph import Community
from shared.domain.money import Money, TokenUsage
from shared.graph.model_report import is_report, report_key, report_task, spelled
from shared.ports.chunk_index import ChunkIndex
from shared.ports.extraction import ExtractionStore, Writing
from shared.ports.graph_store import GraphStore
from shared.services.model_task import PaidTasks

MOST = 5
"""Reports written for one question: with the answer that makes six calls."""

MOST_RELATIONS = 500
"""Relations looked through for those that a community rests on."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class WrittenReports:
    """Communities with the reports that there are now, and what those took that were written for it."""

    communities: tuple[Community, ...]
    usage: TokenUsage = TokenUsage()
    cost: Money = Money()


@dataclass(frozen=True)
class CommunityReports:
    """Reports by a model in place of the extractive ones."""

    graph: GraphStore
    index: ChunkIndex
    store: ExtractionStore
    tasks: PaidTasks

    async def written(self, principal: Principal, scope: Scope, communities: Sequence[Community]) -> WrittenReports:
        """Return the communities with the model's reports, in the same order; the first MOST at most are paid for.

        `communities` come from the port GraphStore, which gives those alone whose every chunk the scope may read. A
        report is made from these chunks and from relations that they state, and it goes with any of them. Where the
        model or the budget refuses, the extractive report stays.
        """
        by = replace(self, tasks=await self.tasks.now())
        chosen = await asyncio.gather(*(by.report(principal, scope, each) for each in communities[:MOST]))
        return WrittenReports(
            (*(community for each in chosen for community in each.communities), *communities[MOST:]),
            sum((each.usage for each in chosen), TokenUsage()),
            sum((each.cost for each in chosen), Money()),
        )

    async def report(self, principal: Principal, scope: Scope, community: Community) -> WrittenReports:
        """Return one community with the report that is kept, or with one written now."""
        found = await self.graph.relations(scope, community.entity_ids, MOST_RELATIONS)
        facts = [each for each in found if not set(community.chunk_ids).isdisjoint(each.chunk_ids)]
        key = report_key(self.tasks.model.name, community, facts)
        known = await self.store.known(scope.base, [key])
        if key in known:
            return WrittenReports((replace(community, report=known[key]),))
        hits = await self.index.hits(scope, [ScoredChunk(id, 0.0) for id in community.chunk_ids])
        ends = {end for each in facts for end in (each.source, each.target)}
        entities = await self.graph.entities(scope, list(dict.fromkeys([*community.entity_ids, *sorted(ends)])))
        names = spelled(entities, [hit.chunk for hit in hits])
        task = report_task(community, names, facts, [hit.chunk for hit in hits])
        try:
            receipt = await self.tasks.performed(principal, "report", task)
        except (Unavailable, BudgetExceeded, BadRequest) as error:
            logger.info("the report of community %s stays extractive: %s", community.id, error)
            return WrittenReports((community,))
        text = "".join(receipt.written).strip()
        if is_report(text, [names[id] for id in community.entity_ids if id in names]):
            await self.store.keep(scope.base, [Writing(key, text, community.chunk_ids)])
            community = replace(community, report=text)
        return WrittenReports((community,), receipt.usage, receipt.cost)
