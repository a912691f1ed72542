"""The published graph of one base as arrays: loaded once, then brought up to date by the chunks that changed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from shared.domain.access import BaseKey
from shared.domain.graph import entity_id

CHANGED_CHUNKS = (
    "SELECT number, id, document_id FROM graph_chunk WHERE base = ?1 AND revision > ?2 AND since <= ?3 ORDER BY number"
)

EDGES = """
SELECT chunk, key, name, source, COUNT(*) AS count FROM graph_mention
WHERE chunk IN (SELECT value FROM json_each(?)) AND (source <> 'gazetteer' OR EXISTS (
  SELECT 1 FROM graph_heading WHERE graph_heading.base = graph_mention.base AND graph_heading.key = graph_mention.key))
GROUP BY chunk, key, name, source ORDER BY chunk
"""

ACCESS = """
SELECT indexed_document.id, access, revision FROM indexed_document JOIN indexed_base ON base = indexed_base.number
WHERE tenant = ? AND indexed_base.id = ? AND revision > ?
"""

TEXT, HEADING, GAZETTEER = 0, 1, 2
SOURCES = {"text": TEXT, "heading": HEADING, "gazetteer": GAZETTEER}


@dataclass(slots=True)
class Words:
    """Strings by number, in order of arrival; versions share it, since it only grows."""

    texts: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, text: str) -> int:
        """Return the number of a string, giving the next one to a new string."""
        known = self.numbers.setdefault(text, len(self.texts))
        if known == len(self.texts):
            self.texts.append(text)
        return known

    def all(self, texts: Iterable[str]) -> NDArray[np.int64]:
        """Return the numbers of strings."""
        return np.fromiter(map(self.number, texts), np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """Chunks and edges in order of arrival; an edge stands for all mentions of one key by one name in one chunk.

    Shapes: `chunks`, `documents` (C,) numbers of chunks and of `document_ids`; `edge_*` (M,). `entity_ids` runs beside
    `keys`. `keys`, `names` and `document_ids` may know more than is alive: what no edge uses does not exist.
    """

    base: BaseKey
    number: int
    version: int
    access_revision: int
    chunks: NDArray[np.int64]
    chunk_ids: NDArray[np.object_]
    documents: NDArray[np.int64]
    access: dict[str, frozenset[str]]
    edge_chunks: NDArray[np.int64]
    edge_keys: NDArray[np.int64]
    edge_names: NDArray[np.int64]
    edge_sources: NDArray[np.int64]
    edge_counts: NDArray[np.float32]
    keys: Words
    entity_ids: Words
    names: Words
    document_ids: Words
    merges: dict[str, str]

    def key_of(self, entity: str) -> str | None:
        """Return the key of an entity's id, or None where the base never held it."""
        number = self.entity_ids.numbers.get(entity)
        return None if number is None else self.keys.texts[number]


def empty(base: BaseKey, number: int) -> Memory:
    """Start a graph that holds nothing."""
    none = np.zeros(0, np.int64)
    ids, counts, words = np.zeros(0, np.object_), np.zeros(0, np.float32), (Words(), Words(), Words(), Words())
    return Memory(base, number, 0, 0, none, ids, none, {}, none, none, none, none, counts, *words, {})


def refreshed(connection: sqlite3.Connection, memory: Memory, version: int) -> Memory:
    """Bring a graph up to a published version that is newer."""
    changed = connection.execute(CHANGED_CHUNKS, (memory.number, memory.version, version)).fetchall()
    present = connection.execute(
        "SELECT number FROM graph_chunk WHERE base = ? AND since <= ?", (memory.number, version)
    )
    living = np.fromiter((number for (number,) in present), np.int64)
    kept = without(memory, np.setdiff1d(living, [row["number"] for row in changed]))
    grown = extended(connection, kept, changed)
    merges = connection.execute("SELECT key, canonical FROM graph_merge WHERE base = ?", (memory.number,))
    labels = connection.execute(ACCESS, (memory.base.tenant, memory.base.id, memory.access_revision)).fetchall()
    return replace(
        grown,
        version=version,
        access_revision=max([memory.access_revision, *(row["revision"] for row in labels)]),
        access=memory.access | {row["id"]: frozenset(json.loads(row["access"])) for row in labels},
        merges={row["key"]: row["canonical"] for row in merges},
    )


def without(memory: Memory, kept: NDArray[np.int64]) -> Memory:
    """Keep these chunks and their edges only."""
    rows, edges = np.isin(memory.chunks, kept), np.isin(memory.edge_chunks, kept)
    return replace(
        memory,
        chunks=memory.chunks[rows],
        chunk_ids=memory.chunk_ids[rows],
        documents=memory.documents[rows],
        edge_chunks=memory.edge_chunks[edges],
        edge_keys=memory.edge_keys[edges],
        edge_names=memory.edge_names[edges],
        edge_sources=memory.edge_sources[edges],
        edge_counts=memory.edge_counts[edges],
    )


def extended(connection: sqlite3.Connection, memory: Memory, chunks: Sequence[sqlite3.Row]) -> Memory:
    """Append chunks and what they contribute."""
    numbers = np.array([row["number"] for row in chunks], np.int64)
    edges = connection.execute(EDGES, (json.dumps(numbers.tolist()),)).fetchall()
    keys = memory.keys.all(row["key"] for row in edges)
    memory.entity_ids.all(entity_id(memory.base, key) for key in memory.keys.texts[len(memory.entity_ids.texts) :])
    documents = memory.document_ids.all(row["document_id"] for row in chunks)
    column = [list(values) for values in zip(*edges, strict=True)] or [[], [], [], [], []]
    return replace(
        memory,
        chunks=np.concatenate([memory.chunks, numbers]),
        chunk_ids=np.concatenate([memory.chunk_ids, np.array([row["id"] for row in chunks], np.object_)]),
        documents=np.concatenate([memory.documents, documents]),
        edge_chunks=np.concatenate([memory.edge_chunks, np.array(column[0], np.int64)]),
        edge_keys=np.concatenate([memory.edge_keys, keys]),
        edge_names=np.concatenate([memory.edge_names, memory.names.all(column[2])]),
        edge_sources=np.concatenate([memory.edge_sources, np.array([SOURCES[each] for each in column[3]], np.int64)]),
        edge_counts=np.concatenate([memory.edge_counts, np.array(column[4], np.float32)]),
    )
