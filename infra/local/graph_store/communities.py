"""The communities of a base, and how far the graph has moved on since they were found."""

import json
import sqlite3
from collections.abc import Sequence

from shared.domain.graph import Community

DRIFT = """
SELECT coalesce(sum(revision > communities_version), 0), count(graph_chunk.number), max(communities_version) >= 0
FROM graph_chunk JOIN graph_base ON graph_base.number = graph_chunk.base WHERE graph_chunk.base = ? AND since <= version
"""


def keep_communities(connection: sqlite3.Connection, base: int, version: int, communities: Sequence[Community]) -> None:
    """Make these, found in a version, the communities of a base."""
    connection.execute("UPDATE graph_base SET communities_version = ? WHERE number = ?", (version, base))
    connection.execute("DELETE FROM graph_community WHERE base = ?", (base,))
    connection.executemany(
        "INSERT INTO graph_community (base, id, title, report, rank, entity_ids, chunk_ids)"
        " VALUES (?, ?, ?, ?, ?, json(?), json(?))",
        [
            (base, each.id, each.title, each.report, each.rank, *map(json.dumps, (each.entity_ids, each.chunk_ids)))
            for each in communities
        ],
    )


def community_drift(connection: sqlite3.Connection, base: int) -> float:
    """Return the share of published chunks whose edges changed after the version that communities were found in."""
    changed, total, found = connection.execute(DRIFT, (base,)).fetchone()
    if not total:
        return 0.0
    return changed / total if found else 1.0


def communities(connection: sqlite3.Connection, base: int, entity_ids: Sequence[str]) -> list[Community]:
    """Read the communities that hold one of the entities, the one with most entities first."""
    rows = connection.execute(
        "SELECT * FROM graph_community WHERE base = ? AND EXISTS"
        " (SELECT 1 FROM json_each(entity_ids) WHERE value IN (SELECT value FROM json_each(?)))",
        (base, json.dumps(list(entity_ids))),
    ).fetchall()
    return largest_first(rows)


def every_community(connection: sqlite3.Connection, base: int) -> list[Community]:
    """Read all communities of a base, the one with most entities first."""
    return largest_first(connection.execute("SELECT * FROM graph_community WHERE base = ?", (base,)).fetchall())


def largest_first(rows: Sequence[sqlite3.Row]) -> list[Community]:
    """Read communities from their rows, the one with most entities first."""
    return sorted(map(community_of, rows), key=lambda each: (-len(each.entity_ids), each.id))


def community_of(row: sqlite3.Row) -> Community:
    """Read a community from its row."""
    members, chunks = (tuple(json.loads(row[name])) for name in ("entity_ids", "chunk_ids"))
    return Community(row["id"], row["title"], row["report"], members, row["rank"], chunks)
