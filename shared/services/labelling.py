"""Let what was made from a document follow the access labels that the register gives it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from shared.domain.access import BaseKey
from shared.domain.documents import DocumentState
from shared.domain.errors import Conflict
from shared.ports.catalog import Catalog
from shared.ports.chunk_index import ChunkIndex

LabelsNoted = Callable[[frozenset[str], frozenset[str]], Awaitable[None]]
"""Writes down from which labels to which something is about to be changed: what cannot be noted is not changed."""

ATTEMPTS = 5
"""Times that labels are written while others change them."""


@dataclass(frozen=True)
class Labelling:
    """Labels stand in the register first; graph, reports and kept answers read those of the index."""

    catalog: Catalog
    index: ChunkIndex

    async def follow(self, base: BaseKey, id: str, carried: frozenset[str] | None = None) -> None:
        """Write the labels of a document into the index until they are those of the register; `carried` are there.

        Whoever writes last looks at the register behind it, so that of several at once none leaves older labels.
        Raises Conflict in a storm of changes.
        """
        for _ in range(ATTEMPTS):
            document = await self.catalog.document(base, id)
            if document is None or document.state is DocumentState.DELETED or document.access == carried:
                return
            await self.index.relabel(base, id, document.access)
            carried = document.access
        raise Conflict("the labels of the document are being changed by others; try again", id=id)
