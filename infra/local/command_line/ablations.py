"""The graph's ranking with one of its parts taken away, so that each shows what it earns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from shared.domain.access import BaseKey, Principal, Scope
from shared.domain.answers import HeldTerm
from shared.domain.snapshot import HEADING_EVIDENCE, GraphSnapshot
from shared.domain.vectors import Vectors


def ablations(retriever: Any) -> Mapping[str, Any]:
    """Return retrievers that lack a part each, by the name of the row; without an embedder there is one row less."""
    rows = {
        "graph without embedder": replace(retriever, embedding=NoEmbedding(), _paths={}),
        "graph without headings": replace(retriever, graph=Without(retriever.graph, without_headings), _paths={}),
        "graph without question entities": replace(retriever, graph=Without(retriever.graph, without_names), _paths={}),
        "graph without coverage": replace(retriever, index=WithoutTerms(retriever.index), _paths={}),
    }
    if not retriever.embedding.embedder.dimensions:
        del rows["graph without embedder"]
    return rows


def without_headings(snapshot: GraphSnapshot) -> GraphSnapshot:
    """Let a heading count no more than a mention."""
    import numpy as np

    headed = snapshot.evidence >= HEADING_EVIDENCE
    return replace(snapshot, evidence=np.where(headed, snapshot.evidence - HEADING_EVIDENCE + 1, snapshot.evidence))


def without_names(snapshot: GraphSnapshot) -> GraphSnapshot:
    """Know no entity by name, so that no question names one."""
    return replace(snapshot, entity_index={})


class NoEmbedding:
    """An embedding without an embedder."""

    class embedder:  # noqa: N801 - stands for the attribute of that name
        """Says that there is none."""

        dimensions = 0

    async def of_question(self, principal: Principal, text: str) -> Vectors:
        """Is never called, as there is no embedder."""
        raise NotImplementedError


@dataclass(frozen=True)
class Without:
    """A graph store whose snapshots lack something; the same object for the same snapshot."""

    graph: Any
    taken: Callable[[GraphSnapshot], GraphSnapshot]
    _held: dict[BaseKey, tuple[GraphSnapshot, GraphSnapshot]] = field(default_factory=dict)

    async def snapshot(self, base: BaseKey) -> GraphSnapshot:
        """Return the published snapshot without it."""
        whole = await self.graph.snapshot(base)
        if base not in self._held or self._held[base][0] is not whole:
            self._held[base] = whole, self.taken(whole)
        return self._held[base][1]


@dataclass(frozen=True)
class WithoutTerms:
    """A chunk index that cannot say which terms a chunk holds, so that the walk's order stays."""

    index: Any

    def __getattr__(self, name: str) -> Any:
        """Do everything else as the index does."""
        return getattr(self.index, name)

    async def terms_held(self, scope: Scope, question: str, chunk_ids: Sequence[str]) -> list[HeldTerm]:
        """Know no term."""
        return []
