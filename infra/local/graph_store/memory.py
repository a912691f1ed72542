"""The published graph of one base in memory: loaded once, then brought up to date by the chunks that changed."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import log
from operator import itemgetter
from sys import intern

import numpy as np

from infra.local.graph_store.edges import Edges, Row, no_edges
from infra.local.graph_store.holding import held_merges
from shared.domain.access import BaseKey
from shared.domain.graph import entity_id
from shared.domain.snapshot import HEADING_EVIDENCE

CHANGED_CHUNKS = """
SELECT number, id, document_id FROM graph_chunk WHERE base = ?1 AND revision > ?2 AND +since <= ?3
UNION SELECT number, id, document_id FROM graph_chunk WHERE number IN (SELECT value FROM json_each(?4))
"""

EDGES = """
SELECT chunk, key, name, source, COUNT(*) AS count FROM graph_mention m
WHERE chunk IN (SELECT value FROM json_each(?)) AND (source <> 'gazetteer' OR EXISTS (
  SELECT 1 FROM graph_heading h WHERE h.base = m.base AND h.key = m.key))
GROUP BY chunk, key, name, source ORDER BY chunk
"""

ACCESS = """
SELECT indexed_document.id, access, revision FROM indexed_document JOIN indexed_base ON base = indexed_base.number
WHERE tenant = ? AND indexed_base.id = ? AND revision > ?
"""


@dataclass(slots=True)
class Entities:
    """Every entity a base has had since it was loaded, by number: key, id, and how many chunks use which name."""

    base: BaseKey
    numbers: dict[str, int] = field(default_factory=dict)
    numbers_by_id: dict[str, int] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    tallies: list[dict[str, int]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    unsettled: set[int] = field(default_factory=set)

    def number(self, key: str) -> int:
        """Return the number of a key, giving the next one to a new key."""
        known = self.numbers.setdefault(key, len(self.keys))
        if known == len(self.keys):
            id = entity_id(self.base, key)
            self.numbers_by_id[id] = known
            self.keys.append(key)
            self.ids.append(id)
            self.tallies.append({})
            self.names.append(key)
        return known

    def count(self, row: Row, by: int) -> None:
        """Add or take away one chunk's names."""
        for number, name in zip(row.named, row.names, strict=True):
            tally = self.tallies[number]
            tally[name] = tally.get(name, 0) + by
            if not tally[name]:
                del tally[name]
        self.unsettled.update(row.named)

    def settle(self) -> None:
        """Show for every entity the name that most chunks use, the first in the alphabet of equals."""
        for number in self.unsettled:
            tally = self.tallies[number]
            best = max(tally.values(), default=0)
            self.names[number] = min((name for name in tally if tally[name] == best), default=self.keys[number])
        self.unsettled.clear()


@dataclass(slots=True)
class Memory:
    """The rows of one base by number of chunk; only one thread at a time brings it up to date."""

    base: BaseKey
    number: int
    entities: Entities
    version: int = 0
    access_revision: int = 0
    rows: dict[int, Row] = field(default_factory=dict)
    documents: dict[str, int] = field(default_factory=dict)
    access: dict[str, frozenset[str]] = field(default_factory=dict)
    merges: dict[str, str] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    edges: Edges = field(default_factory=no_edges)

    def refresh(self, connection: sqlite3.Connection, version: int) -> None:
        """Follow the file up to a published version."""
        self.relabel(connection)
        stale = json.dumps(self.remerge(self.held(connection)))
        changed = connection.execute(CHANGED_CHUNKS, (self.number, self.version, version, stale)).fetchall()
        for row in changed:
            self.drop(row["number"])
        for number, fresh in self.fresh_rows(connection, changed):
            self.rows[number] = fresh
            self.entities.count(fresh, +1)
        self.drop_removed(connection, version)
        self.edges = self.edges.followed(self.rows, self.gone)
        self.gone.clear()
        self.entities.settle()
        self.version = version

    def fresh_rows(self, connection: sqlite3.Connection, chunks: Sequence[sqlite3.Row]) -> Iterable[tuple[int, Row]]:
        """Read what chunks contribute, merges applied."""
        numbers = json.dumps([chunk["number"] for chunk in chunks])
        edges = {
            number: tuple(group)
            for number, group in groupby(connection.execute(EDGES, (numbers,)).fetchall(), key=itemgetter(0))
        }
        for chunk in chunks:
            document = self.documents.setdefault(chunk["document_id"], len(self.documents))
            found = edges.get(chunk["number"], ())
            yield chunk["number"], row_of(self.entities, self.merges, chunk["id"], document, found)

    def held(self, connection: sqlite3.Connection) -> dict[str, str]:
        """Return the canonical key of every key that is merged into another for all who may read the base."""
        return held_merges(connection, self.number, self.base, set(self.access.values()))

    def remerge(self, present: dict[str, str]) -> list[int]:
        """Take over which keys merge, and return the chunks whose entities that changes."""
        before, self.merges = self.merges, present
        moved = [key for key in before.keys() | present.keys() if before.get(key) != present.get(key)]
        keys = {*moved, *(before[key] for key in moved if key in before)}
        numbers = {self.entities.numbers[key] for key in keys if key in self.entities.numbers}
        return (
            [number for number, row in self.rows.items() if not numbers.isdisjoint(row.columns.tolist())]
            if numbers
            else []
        )

    def drop(self, number: int) -> None:
        """Let go of a chunk."""
        if row := self.rows.pop(number, None):
            self.gone.add(number)
            self.entities.count(row, -1)

    def drop_removed(self, connection: sqlite3.Connection, version: int) -> None:
        """Let go of chunks that are gone; on disk they leave no trace but that there are fewer."""
        published = "FROM graph_chunk WHERE base = ? AND since <= ?"
        (count,) = connection.execute(f"SELECT COUNT(*) {published}", (self.number, version)).fetchone()
        if count < len(self.rows):
            numbers = f"SELECT json_group_array(number) {published}"
            (present,) = connection.execute(numbers, (self.number, version)).fetchone()
            for number in self.rows.keys() - set(json.loads(present)):
                self.drop(number)

    def relabel(self, connection: sqlite3.Connection) -> bool:
        """Read the access labels of documents that changed; say whether those of a known one did."""
        moved = False
        for row in connection.execute(ACCESS, (self.base.tenant, self.base.id, self.access_revision)).fetchall():
            labels = frozenset(json.loads(row["access"]))
            moved = moved or self.access.get(row["id"], labels) != labels
            self.access[row["id"]] = labels
            self.access_revision = max(self.access_revision, row["revision"])
        return moved

    def is_relabelled(self, connection: sqlite3.Connection) -> bool:
        """Say whether documents have other labels than when they were read last."""
        return connection.execute(ACCESS, (self.base.tenant, self.base.id, self.access_revision)).fetchone() is not None

    def entities_of(self, document_id: str) -> set[int]:
        """Return the numbers of the entities that a document's chunks name."""
        document = self.documents.get(document_id)
        found = (row.columns.tolist() for row in self.rows.values() if row.document == document)
        return {number for columns in found for number in columns}

    def key_of(self, entity: str) -> str | None:
        """Return the key of an entity's id, or None where the base never held it."""
        number = self.entities.numbers_by_id.get(entity)
        return None if number is None else self.entities.keys[number]


def row_of(entities: Entities, merges: Mapping[str, str], id: str, document: int, edges: Sequence[sqlite3.Row]) -> Row:
    """Weigh the mentions of one chunk, as GraphSnapshot says; a named heading counts as one mention however often."""
    mentions: Counter[int] = Counter()
    headed, linked, names = set(), set(), set()
    for _, key, name, source, count in edges:
        number = entities.number(merges.get(key, key))
        mentions[number] += count if source == "text" else 0
        if source == "gazetteer":
            linked.add(number)
        else:
            names.add((number, intern(name)))
        if source == "heading":
            headed.add(number)
    own = [weighed(count) + HEADING_EVIDENCE * (number in headed) for number, count in mentions.items()]
    borrowed = [weighed(count + 1) - weighed(count) if number in linked else 0.0 for number, count in mentions.items()]
    columns = np.fromiter(mentions, np.int32, len(mentions))
    evidence, lent = np.array(own, np.float32), np.array(borrowed, np.float32)
    named = array("i", (number for number, _ in names))
    return Row(id, document, columns, evidence + lent, lent, named, tuple(name for _, name in names))


def weighed(count: int) -> float:
    """Return the evidence of so many mentions."""
    return 1 + log(count) if count else 0.0
