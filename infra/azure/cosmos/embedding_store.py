"""Vectors by content in Cosmos DB, an item and a partition per text."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from hashlib import sha256

from infra.azure.cosmos.connection import CosmosConnection
from infra.azure.cosmos.containers import EMBEDDINGS
from infra.azure.cosmos.side_by_side import side_by_side
from infra.azure.cosmos.table import Item, Table, with_partition
from shared.domain.identity import content_id


class CosmosEmbeddingStore:
    """Implements the port EmbeddingStore; an item holds a text's digest and its vector by model, never the text."""

    def __init__(self, connection: CosmosConnection) -> None:
        self._embeddings = Table(connection, EMBEDDINGS)

    async def known(self, model: str, texts: Sequence[str]) -> dict[str, bytes]:
        """See the port."""
        found: dict[str, bytes] = {}

        async def look_up(text: str) -> None:
            item = await self._embeddings.read(digest(text), digest(text))
            vector = item["vectors"].get(content_id(model)) if item else None
            if vector is not None:
                found[text] = b64decode(vector)

        await side_by_side(look_up, dict.fromkeys(texts))
        return found

    async def keep(self, model: str, vectors: dict[str, bytes]) -> None:
        """See the port."""

        async def keep_one(text: str) -> None:
            name, written = digest(text), b64encode(vectors[text]).decode()
            added: Item = {"op": "add", "path": f"/vectors/{content_id(model)}", "value": written}
            item = with_partition(name, name, vectors={content_id(model): written})
            # What another model made of the text stays.
            if await self._embeddings.create(item) is not None:
                # Where the text was forgotten in between, its vector is made anew when it is asked for again.
                await self._embeddings.patch(name, name, [added])

        await side_by_side(keep_one, vectors)

    async def forget(self, texts: Sequence[str]) -> None:
        """See the port."""

        async def forget_one(text: str) -> None:
            await self._embeddings.delete(digest(text), digest(text))

        await side_by_side(forget_one, dict.fromkeys(texts))


def digest(text: str) -> str:
    """Name a text by its content."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
