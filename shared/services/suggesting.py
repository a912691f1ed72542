"""Look up what an answer's passages are about, and suggest what to ask next."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from shared.answering.follow_ups import follow_ups
from shared.domain.access import Scope
from shared.domain.answers import Citation
from shared.domain.errors import Unavailable
from shared.retrieval.hubs import hubs
from shared.services.retrieve import Retriever

PASSAGES, ENTITIES, RELATIONS = 5, 12, 24
"""Cited passages that are looked at, and entities and relations of them."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Suggesting:
    """Suggestions by the graph alone, within what the scope may see; an answer does without them.

    Hubs are not asked about: all that is known of them would be read for a question that says little.
    """

    retriever: Retriever

    async def after(self, scope: Scope, question: str, answer: str, citations: Sequence[Citation]) -> tuple[str, ...]:
        """Return up to three questions; none behind an answer without a source, or where the graph is away."""
        chunk_ids = list(dict.fromkeys(each.hit.chunk.id for each in citations))[:PASSAGES]
        if not chunk_ids:
            return ()
        try:
            graph = self.retriever.graph
            snapshot = await graph.snapshot(scope.base)
            too_many = hubs(snapshot, await self.retriever.ways(snapshot, scope))
            named = dict.fromkeys(entity for each in chunk_ids for entity in snapshot.entities_of(each))
            ids = [each for each in named if each not in too_many][:ENTITIES]
            relations, entities = await graph.around(scope, ids, RELATIONS, too_many)
        except Unavailable as error:
            logger.warning("an answer goes without suggestions: %s", error)
            return ()
        return tuple(follow_ups(question, answer, entities, relations))
