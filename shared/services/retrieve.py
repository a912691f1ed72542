"""Find the passages for a question: the only place that knows the order of the steps."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.deadline import in_time
from shared.domain.access import Scope
from shared.domain.answers import Question, Retrieval, ScoredChunk
from shared.domain.snapshot import GraphSnapshot
from shared.ports.chunk_index import ChunkIndex
from shared.ports.graph_store import GraphStore
from shared.retrieval.coverage import CONSIDERED, covering
from shared.retrieval.fusion import meaning_weight, weighed
from shared.retrieval.ranking import ranked_by_graph, visible_entities
from shared.retrieval.seeds import question_entities
from shared.retrieval.walk import Paths, paths
from shared.services.embedding import Embedding
from shared.services.filter_passages import LOOKED_THROUGH, PassageFiltering
from shared.text.names import entity_key

POOL = 100
"""Chunks asked of words and of meaning each; the walk starts from the best 20 of both."""

SHOWN_ENTITIES = 10
"""Entities of the question that are named beside the hits."""

KEPT_PATHS = 32
"""Weighted graphs kept in memory, one per base and set of labels; each is about the size of its snapshot."""


@dataclass(frozen=True)
class Retriever:
    """Searches by words and meaning side by side, then lets the graph rank."""

    index: ChunkIndex
    graph: GraphStore
    embedding: Embedding
    _paths: dict[Scope, tuple[GraphSnapshot, Paths]] = field(default_factory=dict, compare=False)

    async def find(self, question: Question) -> Retrieval:
        """Return the passages that answer best, at most `top_k`.

        Raises what the ports raise, BudgetExceeded and DeadlineExceeded.
        """
        return await in_time(self.searched(question))

    async def searched(self, question: Question) -> Retrieval:
        """Search, for as long as it takes."""
        words, meaning, snapshot = await asyncio.gather(
            self.by_words(question), self.by_meaning(question), self.graph.snapshot(question.scope.base)
        )
        fused = weighed(words, meaning, meaning_weight(question.text))
        if not question.use_graph or not snapshot.chunk_ids:
            fused = await self.filtered(question, fused, snapshot)
            return await self.shown(question, fused, "hybrid")
        return await self.by_graph(question, fused, snapshot)

    async def by_words(self, question: Question) -> list[ScoredChunk]:
        """Search by BM25."""
        return await self.index.by_words(question.scope, question.text, POOL)

    async def by_meaning(self, question: Question) -> list[ScoredChunk]:
        """Search by the question's vector; without an embedder that it may use there is nothing to search."""
        if self.embedding.embedder.dimensions == 0 or not question.use_meaning:
            return []
        vector = await self.embedding.of_question(question.principal, question.text)
        return await self.index.by_meaning(question.scope, vector, POOL)

    async def by_graph(self, question: Question, fused: list[ScoredChunk], snapshot: GraphSnapshot) -> Retrieval:
        """Walk from what was found and what the question names; the order of the walk is the ranking."""
        depth = LOOKED_THROUGH if question.filters else max(question.top_k, CONSIDERED)

        def look() -> tuple[Paths, list[int], list[ScoredChunk]]:
            ways = self.weighed(snapshot, question.scope)
            named = visible_entities(ways, question_entities(question.text, snapshot.entity_index))
            # What a question names may be known by hidden chunks alone, which the store must be asked about first.
            return ways, named, ranked_by_graph(snapshot, ways, fused, named, depth) if ways.is_whole else []

        ways, entities, found = await asyncio.to_thread(look)
        names = {each: snapshot.entity_names[each] for each in entities}
        if not ways.is_whole:
            names = await self.readable_names(question, snapshot, entities)
            entities = [each for each in entities if each in names]
            found = await asyncio.to_thread(ranked_by_graph, snapshot, ways, fused, entities, depth)
        found = await self.filtered(question, found, snapshot)
        best = [each.chunk_id for each in found[:CONSIDERED]]
        terms = await self.index.terms_held(question.scope, question.text, best)
        found = covering(found, terms, snapshot.documents_of(best))
        retrieval = await self.shown(question, found, "graph")
        shown = entities[:SHOWN_ENTITIES]
        ids = tuple(snapshot.entity_ids[each] for each in shown)
        return Retrieval(retrieval.hits, tuple(names[each] for each in shown), ids, "graph")

    async def filtered(
        self, question: Question, found: list[ScoredChunk], snapshot: GraphSnapshot
    ) -> list[ScoredChunk]:
        """Keep what the question's filters let through."""
        enough = max(question.top_k, CONSIDERED)
        return await PassageFiltering(self.index, self.graph).through(question, found, snapshot, enough)

    async def readable_names(
        self, question: Question, snapshot: GraphSnapshot, entities: Sequence[int]
    ) -> dict[int, str]:
        """Name the entities that the question names by a spelling of a readable chunk, as readable chunks name them."""
        places = {snapshot.entity_ids[each]: each for each in entities}
        known = await self.graph.entities(question.scope, list(places))
        spellings = {entity_key(name): places[each.id] for each in known for name in (each.name, *each.aliases)}
        named = set(question_entities(question.text, spellings))
        return {places[each.id]: each.name for each in known if places[each.id] in named}

    async def shown(self, question: Question, scored: list[ScoredChunk], method: str) -> Retrieval:
        """Fetch the best chunks themselves, as far as they are still there and readable."""
        return Retrieval(tuple(await self.index.hits(question.scope, scored[: question.top_k])), method=method)

    async def ways(self, snapshot: GraphSnapshot, scope: Scope) -> Paths:
        """Return a snapshot as a scope sees it; at once where somebody has walked it."""
        ways = self.known(snapshot, scope)
        if ways is None:
            ways = await asyncio.to_thread(self.weighed, snapshot, scope)
        return ways

    def known(self, snapshot: GraphSnapshot, scope: Scope) -> Paths | None:
        """Return what is kept of a snapshot for a scope."""
        kept = self._paths.get(scope)
        return kept[1] if kept and kept[0] is snapshot else None

    def weighed(self, snapshot: GraphSnapshot, scope: Scope) -> Paths:
        """Weigh a snapshot for a scope, once; the oldest one makes room."""
        ways = self.known(snapshot, scope)
        if ways is None:
            ways = paths(snapshot, scope)
            self._paths.pop(scope, None)
            self._paths[scope] = (snapshot, ways)
            while len(self._paths) > KEPT_PATHS:
                self._paths.pop(next(iter(self._paths)), None)
        return ways
