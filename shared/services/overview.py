"""Tell a question about the whole base what the reports of its communities say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from shared.answering.carried_report import carried_report
from shared.domain.access import Scope
from shared.domain.answers import Hit, Question, QuestionClass, Reported, ScoredChunk
from shared.domain.graph import Community
from shared.domain.money import Money, TokenUsage
from shared.ports.chunk_index import ChunkIndex
from shared.ports.graph_store import GraphStore
from shared.retrieval.community_ranking import ranked_communities
from shared.services.communities import DRIFT
from shared.services.community_reports import CommunityReports, WrittenReports

MOST = 8
"""Communities that are told of."""


@dataclass(frozen=True)
class Survey:
    """How a question is answered, what reports say to it, best first, and what was paid to have them written.

    `is_settled` says that the communities will stay these while the base stays as it is.
    """

    sort: QuestionClass
    reported: tuple[Reported, ...] = ()
    usage: TokenUsage = TokenUsage()
    cost: Money = Money()
    is_settled: bool = True


@dataclass(frozen=True)
class Overview:
    """Chooses communities for a question; `reports` writes better reports on them, where there is a model."""

    graph: GraphStore
    index: ChunkIndex
    reports: CommunityReports | None

    async def survey(self, question: Question, sort: QuestionClass) -> Survey:
        """Return what reports say to a global question; any other, and one that no report answers, is asked as usual.

        Filters say which passages an answer may rest on, and a report rests on several: with filters there is none.
        """
        if sort.strategy != "global":
            return Survey(sort)
        # Read before the communities, so that none that are found anew meanwhile pass for settled.
        is_settled = await self.graph.community_drift(question.scope.base) <= DRIFT
        is_wanted = question.use_community_reports and not question.filters
        communities = await self.graph.every_community(question.scope) if is_wanted else []
        written = await self.written(question, ranked_communities(question.text, communities)[:MOST])
        reported = await self.carried(question.scope, written.communities)
        asked = sort if reported else replace(sort, strategy="local")
        return Survey(asked, reported, written.usage, written.cost, is_settled)

    async def written(self, question: Question, communities: Sequence[Community]) -> WrittenReports:
        """Return the communities with the best reports that there are."""
        if self.reports is None:
            return WrittenReports(tuple(communities))
        return await self.reports.written(question.principal, question.scope, communities)

    async def carried(self, scope: Scope, communities: Sequence[Community]) -> tuple[Reported, ...]:
        """Return what readable chunks carry of the reports: of each report something first, then more of each."""
        ids = dict.fromkeys(id for each in communities for id in each.chunk_ids)
        found = {hit.chunk.id: hit for hit in await self.index.hits(scope, [ScoredChunk(id, 0.0) for id in ids])}
        rows = zip_longest(*(self.of_report(each, found) for each in communities))
        return tuple(each for row in rows for each in row if each)

    def of_report(self, community: Community, found: Mapping[str, Hit]) -> list[Reported]:
        """Return what the chunks of one community carry of its report."""
        chunks = [found[id].chunk for id in community.chunk_ids if id in found]
        return [Reported(found[id], text) for id, text in carried_report(community.report, chunks).items()]
