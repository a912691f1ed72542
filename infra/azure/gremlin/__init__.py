"""The graph store over Cosmos DB for Gremlin: the graph as record, and published versions of it as files."""

from infra.azure.gremlin.connection import Connection
from infra.azure.gremlin.passages import Passages
from infra.azure.gremlin.store import GremlinGraphStore

__all__ = ["Connection", "GremlinGraphStore", "Passages"]
