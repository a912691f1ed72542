"""A cheap question to every dependency, for readiness."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from shared.domain.access import BaseKey, Principal

if TYPE_CHECKING:
    from functions.bootstrap import Ground

Probe = Callable[[], Awaitable[object]]


def probes(ground: Ground) -> dict[str, Probe]:
    """Return a cheap question to every dependency, by the name of its port."""
    nobody = Principal("readiness", "probe")
    base = BaseKey(nobody.tenant, "probe")
    return {
        "catalog": lambda: ground.catalog.bases(nobody, 1),
        "files": lambda: ground.files.etag("documents/readiness/probe"),
        "chunk_index": lambda: ground.index.version(base),
        "embedding_store": lambda: ground.embeddings.known("probe", ["probe"]),
        "extraction_store": lambda: ground.writings.known(base, ["probe"]),
        "graph_store": lambda: ground.graph.snapshot(base),
        "ledger": lambda: ground.ledger.budgets(datetime.now(UTC).timestamp()),
        "embedder": lambda: ground.embedder.ping(),
        "chat_model": lambda: ground.chat_model.ping(),
    }
