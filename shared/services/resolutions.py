"""Show what was decided about names that may be one thing, and undo it."""

from dataclasses import dataclass

from shared.domain.access import Scope
from shared.domain.errors import NotFound
from shared.domain.resolution import Resolution
from shared.ports.answer_cache import AnswerCache
from shared.ports.graph_store import GraphStore
from shared.ports.resolutions import ResolutionStore


@dataclass(frozen=True)
class Resolutions:
    """The decisions of a base, within what a scope may see."""

    store: ResolutionStore
    graph: GraphStore
    cache: AnswerCache

    async def list(self, scope: Scope, limit: int, after: str) -> list[Resolution]:
        """Return one page of the decisions; those that the scope may not know of take no place in it."""
        return await self.store.resolutions(scope, limit, after)

    async def undo(self, scope: Scope, id: str) -> None:
        """Keep two names apart from now on. Raises NotFound where there is no decision that the scope may know of."""
        if not await self.store.undo(scope, id):
            raise NotFound(f"there is no resolution {id!r}", id=id)
        await self.graph.publish(scope.base)
        await self.cache.forget(scope.base)
