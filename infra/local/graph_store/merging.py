"""Which keys are one entity, by all statements that are alive."""

import sqlite3

from shared.domain.graph import AliasMention
from shared.graph.resolution import MERGE, resolve

MOVING = """
SELECT EXISTS (SELECT 1 FROM graph_alias JOIN graph_chunk ON chunk = number
  WHERE graph_chunk.base = ? AND (since > ? OR until IS NOT NULL) AND score >= ?)
"""

STATEMENTS = "SELECT alias, key, score, reason FROM graph_alias WHERE base = ? AND score >= ?"


def moving(connection: sqlite3.Connection, base: int, version: int) -> bool:
    """Say whether the next version gains or loses a statement that may merge keys."""
    return bool(connection.execute(MOVING, (base, version, MERGE)).fetchone()[0])


def merge_aliases(connection: sqlite3.Connection, base: int) -> None:
    """Resolve the base's statements anew; what an older one merged comes apart by itself."""
    statements = [AliasMention(*row) for row in connection.execute(STATEMENTS, (base, MERGE))]
    rows = [(base, key, into) for key, into in resolve(statements).items()]
    connection.execute("DELETE FROM graph_merge WHERE base = ?", (base,))
    connection.executemany("INSERT INTO graph_merge VALUES (?, ?, ?)", rows)


def merges(connection: sqlite3.Connection, base: int) -> dict[str, str]:
    """Return the canonical key of every key that is merged into another."""
    rows = connection.execute("SELECT key, canonical FROM graph_merge WHERE base = ?", (base,))
    return {row["key"]: row["canonical"] for row in rows}
