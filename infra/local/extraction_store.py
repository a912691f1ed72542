"""What a model was paid to write, and the documents that wait for it, in SQLite."""

import json
from collections.abc import Collection, Mapping, Sequence

from infra.local.sqlite import Database
from shared.domain.access import BaseKey
from shared.ports.extraction import Writing

SCHEMA = """
CREATE TABLE IF NOT EXISTS extraction_writing (
  number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, base TEXT NOT NULL, key TEXT NOT NULL, text TEXT NOT NULL,
  UNIQUE (tenant, base, key)
);
CREATE TABLE IF NOT EXISTS extraction_support (
  chunk TEXT NOT NULL, writing INTEGER NOT NULL REFERENCES extraction_writing ON DELETE CASCADE,
  PRIMARY KEY (chunk, writing)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS extraction_support_by_writing ON extraction_support (writing);
CREATE TABLE IF NOT EXISTS extraction_queue (
  number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, base TEXT NOT NULL, document TEXT NOT NULL,
  UNIQUE (tenant, base, document)
);
"""

KEEP = "INSERT INTO extraction_writing (tenant, base, key, text) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"

SUPPORT = """
INSERT OR IGNORE INTO extraction_support
SELECT ?, number FROM extraction_writing WHERE tenant = ? AND base = ? AND key = ?
"""

FORGET = """
DELETE FROM extraction_writing WHERE tenant = ? AND base = ? AND number IN (
  SELECT writing FROM extraction_support WHERE chunk IN (SELECT value FROM json_each(?))
)
"""


class SqliteExtractionStore:
    """Implements the port ExtractionStore."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create(SCHEMA)

    async def known(self, base: BaseKey, keys: Collection[str]) -> Mapping[str, str]:
        """See the port."""
        query = (
            "SELECT key, text FROM extraction_writing"
            " WHERE tenant = ? AND base = ? AND key IN (SELECT value FROM json_each(?))"
        )

        def read() -> dict[str, str]:
            with self._database.snapshot() as connection:
                return dict(map(tuple, connection.execute(query, (base.tenant, base.id, json.dumps(list(keys))))))

        return await self._database.run(read)

    async def keep(self, base: BaseKey, writings: Sequence[Writing]) -> None:
        """See the port."""
        texts = [(base.tenant, base.id, each.key, each.text) for each in writings]
        support = [(chunk, base.tenant, base.id, each.key) for each in writings for chunk in each.chunk_ids]

        def write() -> None:
            with self._database.transaction() as connection:
                connection.executemany(KEEP, texts)
                connection.executemany(SUPPORT, support)

        await self._database.run(write)

    async def forget(self, base: BaseKey, chunk_ids: Collection[str]) -> None:
        """See the port."""

        def write() -> None:
            with self._database.transaction() as connection:
                connection.execute(FORGET, (base.tenant, base.id, json.dumps(list(chunk_ids))))

        await self._database.run(write)


class SqliteExtractionQueue:
    """Implements the port ExtractionQueue."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create(SCHEMA)

    async def add(self, base: BaseKey, document_ids: Sequence[str]) -> None:
        """See the port."""
        insert = "INSERT INTO extraction_queue (tenant, base, document) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        await self._change(insert, base, document_ids)

    async def waiting(self, base: BaseKey, limit: int) -> list[str]:
        """See the port."""
        query = "SELECT document FROM extraction_queue WHERE tenant = ? AND base = ? ORDER BY number LIMIT ?"

        def read() -> list[str]:
            with self._database.snapshot() as connection:
                return [document for (document,) in connection.execute(query, (base.tenant, base.id, limit))]

        return await self._database.run(read)

    async def bases(self) -> list[BaseKey]:
        """See the port."""

        def read() -> list[BaseKey]:
            with self._database.snapshot() as connection:
                return [
                    BaseKey(*row) for row in connection.execute("SELECT DISTINCT tenant, base FROM extraction_queue")
                ]

        return await self._database.run(read)

    async def remove(self, base: BaseKey, document_ids: Sequence[str]) -> None:
        """See the port."""
        delete = "DELETE FROM extraction_queue WHERE tenant = ? AND base = ? AND document = ?"
        await self._change(delete, base, document_ids)

    async def _change(self, statement: str, base: BaseKey, document_ids: Sequence[str]) -> None:
        def write() -> None:
            with self._database.transaction() as connection:
                connection.executemany(statement, [(base.tenant, base.id, id) for id in document_ids])

        await self._database.run(write)
