"""Which keys are one entity, by all statements that are alive."""

import json
import sqlite3

from shared.graph.resolution import resolve

from shared.domain.graph import AliasMention

TOUCH = """
UPDATE graph_chunk SET revision = ?1 WHERE base = ?2 AND number IN (
  SELECT chunk FROM graph_mention WHERE base = ?2 AND key IN (SELECT value FROM json_each(?3)))
"""


def merge_aliases(connection: sqlite3.Connection, base: int, version: int) -> None:
    """Resolve the base's alias statements anew; what an older one merged comes apart by itself."""
    statements = connection.execute(
        "SELECT alias, key, score, reason FROM graph_alias WHERE base = ? ORDER BY alias, key, score, reason", (base,)
    )
    resolved = resolve([AliasMention(*row) for row in statements])
    merges = {key: into for key, into in resolved.items() if key != into}
    before = dict(
        tuple(row) for row in connection.execute("SELECT key, canonical FROM graph_merge WHERE base = ?", (base,))
    )
    changed = [key for key in {**before, **merges} if before.get(key) != merges.get(key)]
    connection.execute("DELETE FROM graph_merge WHERE base = ?", (base,))
    rows = [(base, key, into) for key, into in merges.items()]
    connection.executemany("INSERT INTO graph_merge VALUES (?, ?, ?)", rows)
    connection.execute(TOUCH, (version, base, json.dumps(changed)))
