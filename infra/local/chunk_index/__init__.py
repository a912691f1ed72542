"""The chunk index over SQLite: rows on disk, and one exact searchable copy per knowledge base in memory."""

from infra.local.chunk_index.index import SqliteChunkIndex

__all__ = ["SqliteChunkIndex"]
