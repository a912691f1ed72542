"""Decide anew about those pairs of names of which something was said, unsaid, judged or undone."""

import json
import sqlite3
from collections.abc import Collection, Iterator
from datetime import UTC, datetime

from shared.domain.access import BaseKey
from shared.domain.graph import AliasMention
from shared.domain.resolution import Band, Decider, Decision, Resolution, Verdict, resolution_id
from shared.graph.resolution import MERGE, Pair, resolve, unordered

MOVING = """
SELECT alias, key FROM graph_alias JOIN graph_chunk ON chunk = number
  WHERE graph_chunk.base = ?1 AND (since > ?2 OR until IS NOT NULL)
UNION SELECT alias, key FROM graph_verdict WHERE base = ?1 AND EXISTS (
  SELECT 1 FROM graph_chunk WHERE number IN (one, other) AND until IS NOT NULL)
UNION SELECT alias, key FROM graph_unresolved WHERE base = ?1
"""

# Both tables of what is said; a pair that a model judged may merge whatever its score.
SAYING = """
SELECT alias, key FROM {table} WHERE base = ?1 AND {side} IN (SELECT value FROM json_each(?2))
  AND (score >= ?3 OR EXISTS (SELECT 1 FROM graph_verdict v WHERE v.base = ?1
    AND v.alias = min({table}.alias, {table}.key) AND v.key = max({table}.alias, {table}.key)))
"""
LINKED = " UNION ".join(
    SAYING.format(table=table, side=side) for table in ("graph_alias", "graph_likeness") for side in ("alias", "key")
)

STATEMENTS = """
SELECT s.alias, s.key, score, reason FROM json_each(?2) pair JOIN graph_alias s
  ON s.base = ?1 AND s.alias = pair.value ->> 0 AND s.key = pair.value ->> 1
UNION ALL SELECT s.alias, s.key, score, reason FROM json_each(?2) pair JOIN graph_likeness s
  ON s.base = ?1 AND s.alias = pair.value ->> 0 AND s.key = pair.value ->> 1
"""

VERDICTS = """
SELECT v.alias, v.key, verdict FROM json_each(?2) pair JOIN graph_verdict v
  ON v.base = ?1 AND v.alias = pair.value ->> 0 AND v.key = pair.value ->> 1
"""

UNDONE = "SELECT id FROM graph_undone WHERE base = ?1 AND id IN (SELECT value FROM json_each(?2))"

# A decision that stays keeps its moment.
KEEP = """
INSERT INTO graph_resolution VALUES (?, ?, ?, ?, ?, ?, ?, ?, unixepoch()) ON CONFLICT DO UPDATE SET
  alias = excluded.alias, key = excluded.key, score = excluded.score, reason = excluded.reason,
  decided_at = CASE WHEN band = excluded.band AND decided_by = excluded.decided_by AND alias = excluded.alias
    THEN decided_at ELSE excluded.decided_at END,
  band = excluded.band, decided_by = excluded.decided_by
"""


def moving(connection: sqlite3.Connection, base: int, version: int) -> set[Pair]:
    """Return the pairs of which the next version hears more or less than this one."""
    return {unordered(alias, key) for alias, key in connection.execute(MOVING, (base, version))}


def decide_anew(connection: sqlite3.Connection, number: int, base: BaseKey, moved: Collection[Pair]) -> None:
    """Decide about pairs, and about all others that may merge with them; what nothing speaks for is forgotten."""
    connection.execute("DELETE FROM graph_unresolved WHERE base = ?", (number,))
    if not moved:
        return
    pairs = {*moved, *linked(connection, number, {key for pair in moved for key in pair})}
    ids = {pair: resolution_id(base, *pair) for pair in pairs}
    both = json.dumps([way for pair in pairs for way in (pair, pair[::-1])])
    statements = [AliasMention(*row) for row in connection.execute(STATEMENTS, (number, both))]
    verdicts = {(alias, key): Verdict(said) for alias, key, said in connection.execute(VERDICTS, (number, both))}
    undone = {id for (id,) in connection.execute(UNDONE, (number, json.dumps(list(ids.values()))))}
    decisions = resolve(statements, verdicts, [pair for pair, id in ids.items() if id in undone])
    left = set(ids.values()) - {ids[unordered(*each.pair)] for each in decisions}
    connection.executemany("DELETE FROM graph_resolution WHERE base = ? AND id = ?", [(number, id) for id in left])
    connection.executemany(KEEP, [(number, ids[unordered(*each.pair)], *cells(each)) for each in decisions])


def linked(connection: sqlite3.Connection, base: int, keys: set[str]) -> Iterator[Pair]:
    """Yield all pairs that may merge and hang together with keys: what merges one decides what another may."""
    seen: set[str] = set()
    while frontier := keys - seen:
        seen |= frontier
        for alias, key in connection.execute(LINKED, (base, json.dumps(list(frontier)), MERGE)).fetchall():
            keys |= {alias, key}
            yield unordered(alias, key)


def cells(decision: Decision) -> tuple[object, ...]:
    """Write a decision."""
    return (*decision.pair, decision.score, decision.band.value, decision.decided_by.value, decision.reason)


def resolution(row: sqlite3.Row) -> Resolution:
    """Read a decision."""
    decision = Decision(
        row["alias"], row["key"], row["score"], Band(row["band"]), Decider(row["decided_by"]), row["reason"]
    )
    return Resolution(row["id"], decision, datetime.fromtimestamp(row["decided_at"], UTC))


def merged(connection: sqlite3.Connection, base: int) -> list[Resolution]:
    """Return the decisions by which a key is merged into another."""
    query = "SELECT * FROM graph_resolution WHERE base = ? AND band = 'merged'"
    return [resolution(row) for row in connection.execute(query, (base,))]
