"""The graph store over SQLite: contributions as rows, and the published graph as arrays in memory."""

from infra.local.graph_store.store import SqliteGraphStore

__all__ = ["SqliteGraphStore"]
