"""Which keys are one entity, by all statements that are alive."""

import sqlite3

from shared.graph.resolution import resolve

from shared.domain.graph import AliasMention


def merge_aliases(connection: sqlite3.Connection, base: int) -> None:
    """Resolve the base's alias statements anew; what an older one merged comes apart by itself."""
    rows = connection.execute(
        "SELECT alias, key, score, reason FROM graph_alias WHERE base = ? ORDER BY alias, key, score, reason", (base,)
    )
    canonical = resolve([AliasMention(*row) for row in rows])
    connection.execute("DELETE FROM graph_merge WHERE base = ?", (base,))
    connection.executemany(
        "INSERT INTO graph_merge VALUES (?, ?, ?)",
        [(base, key, into) for key, into in canonical.items() if key != into],
    )
