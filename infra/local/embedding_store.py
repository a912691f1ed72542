"""Vectors by content in SQLite, so that no text is embedded twice."""

from collections.abc import Sequence
from hashlib import sha256

from infra.local.sqlite import Database

SCHEMA = """
CREATE TABLE IF NOT EXISTS embedding (
  model TEXT NOT NULL, text_digest BLOB NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (text_digest, model)
) WITHOUT ROWID;
"""

BATCH = 500
"""Texts looked up by one statement; SQLite binds at least 999 values."""


class SqliteEmbeddingStore:
    """Implements the port EmbeddingStore; it keeps a digest of each text, never the text."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create(SCHEMA)

    async def known(self, model: str, texts: Sequence[str]) -> dict[str, bytes]:
        """See the port."""

        def read() -> dict[str, bytes]:
            by_digest = {digest(text): text for text in texts}
            found: dict[str, bytes] = {}
            with self._database.snapshot() as connection:
                for batch in batches(list(by_digest)):
                    marks = ", ".join("?" * len(batch))
                    query = f"SELECT text_digest, vector FROM embedding WHERE model = ? AND text_digest IN ({marks})"
                    rows = connection.execute(query, (model, *batch))
                    found |= {by_digest[row["text_digest"]]: row["vector"] for row in rows}
            return found

        return await self._database.run(read)

    async def keep(self, model: str, vectors: dict[str, bytes]) -> None:
        """See the port."""
        rows = [(model, digest(text), vector) for text, vector in vectors.items()]

        def write() -> None:
            with self._database.transaction() as connection:
                connection.executemany("INSERT OR IGNORE INTO embedding VALUES (?, ?, ?)", rows)

        await self._database.run(write)

    async def forget(self, texts: Sequence[str]) -> None:
        """See the port."""
        digests = [(digest(text),) for text in texts]

        def write() -> None:
            with self._database.transaction() as connection:
                connection.executemany("DELETE FROM embedding WHERE text_digest = ?", digests)

        await self._database.run(write)


def digest(text: str) -> bytes:
    """Name a text by its content."""
    return sha256(text.encode("utf-8", "surrogatepass")).digest()


def batches(digests: list[bytes]) -> list[list[bytes]]:
    """Cut a list into pieces that one statement can bind."""
    return [digests[start : start + BATCH] for start in range(0, len(digests), BATCH)]
