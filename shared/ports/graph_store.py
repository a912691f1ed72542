"""Keeps the knowledge graph by what supports it, and serves it in published versions."""

from collections.abc import Collection, Sequence
from typing import Protocol

from shared.domain.access import BaseKey, Scope
from shared.domain.graph import Community, Contribution, Entity, Relation
from shared.domain.snapshot import GraphSnapshot


class GraphStore(Protocol):
    """Contributions per chunk; an entity or relation lives exactly as long as a chunk supports it."""

    async def record(self, base: BaseKey, contributions: Sequence[Contribution]) -> None:
        """Keep what chunks contribute; a chunk's earlier contribution is replaced. Not seen before `publish`."""
        ...

    async def forget(self, base: BaseKey, document_id: str, except_chunks: Collection[str] = ()) -> None:
        """Take away what a document's chunks contributed, but for the chunks named. Not seen before `publish`."""
        ...

    async def recorded(self, base: BaseKey, chunk_ids: Sequence[str]) -> set[str]:
        """Return which of the chunks have a contribution already."""
        ...

    async def headings(self, base: BaseKey) -> frozenset[str]:
        """Return the keys of the entities that a heading names: the gazetteer."""
        ...

    async def publish(self, base: BaseKey) -> int:
        """Make everything recorded and forgotten so far the version that readers see, and return its number."""
        ...

    async def version(self, base: BaseKey) -> int:
        """Return the number of the published version; 0 before the first."""
        ...

    async def snapshot(self, base: BaseKey) -> GraphSnapshot:
        """Return the published version for walking; the same object until the next version."""
        ...

    async def entity_count(self, base: BaseKey, document_id: str) -> int:
        """Return how many entities a document's chunks name."""
        ...

    async def entities(self, scope: Scope, entity_ids: Sequence[str]) -> list[Entity]:
        """Return entities that at least one readable chunk names, counting readable chunks alone."""
        ...

    async def relations(self, scope: Scope, entity_ids: Sequence[str], limit: int) -> list[Relation]:
        """Return relations that touch the entities and that a readable chunk supports, strongest first."""
        ...

    async def around(
        self, scope: Scope, entity_ids: Sequence[str], limit: int, but: Collection[str] = ()
    ) -> tuple[list[Relation], list[Entity]]:
        """Return what `relations` does, and what `entities` does for the entities and all ends, in one reading.

        The entities `but` are left out of the second list.
        """
        ...

    async def every_relation(self, base: BaseKey) -> list[Relation]:
        """Return all relations of the published version, without their chunks, for finding communities alone."""
        ...

    async def community_drift(self, base: BaseKey) -> float:
        """Return the share of chunks that changed since communities were kept, in [0, 1]; 1 before the first time."""
        ...

    async def keep_communities(self, base: BaseKey, version: int, communities: Sequence[Community]) -> None:
        """Make these, found in a published version, the communities of the base, all at once."""
        ...

    async def communities(self, scope: Scope, entity_ids: Sequence[str]) -> list[Community]:
        """Return communities with one of the entities whose every supporting chunk is readable, largest first."""
        ...

    async def every_community(self, scope: Scope) -> list[Community]:
        """Return all communities whose every supporting chunk is readable, largest first."""
        ...
