"""One knowledge base as arrays: loaded once, then brought up to date by the documents that changed."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from infra.local.chunk_index.postings import Segment, merged, segment

SPARE = 1.25
"""Room kept for growth when the vectors are moved, so that a small write copies them rarely."""

DEAD_SHARE = 0.25
"""Share of rows that may be dead before the base is loaded afresh."""


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """The chunks of a base, one row each, in the order of their numbers; a row is dead once its chunk is gone.

    Shapes, with R rows: `vectors` (R, dimensions) is the used part of `room`; the others (R,). `access` indexes
    `access_sets`.
    A new version shares what did not change with the one before, which readers may still hold.
    """

    base: int
    version: int
    chunk_ids: NDArray[np.object_]
    numbers: NDArray[np.int64]
    documents: NDArray[np.int64]
    access: NDArray[np.int32]
    access_sets: tuple[frozenset[str], ...]
    alive: NDArray[np.bool_]
    embedded: NDArray[np.bool_]
    lengths: NDArray[np.float32]
    room: NDArray[np.float32]
    segments: tuple[Segment, ...]

    @property
    def vectors(self) -> NDArray[np.float32]:
        """One row per chunk; zeros where a chunk has no vector."""
        return self.room[: len(self.numbers)]


def empty(base: int) -> Memory:
    """Start a base that holds nothing."""
    whole = np.zeros(0, np.int64)
    flags, vectors = np.zeros(0, np.bool_), np.zeros((0, 0), np.float32)
    ids, access, lengths = np.zeros(0, np.object_), np.zeros(0, np.int32), np.zeros(0, np.float32)
    return Memory(base, 0, ids, whole, whole, access, (), flags, flags, lengths, vectors, ())


def refreshed(connection: sqlite3.Connection, memory: Memory, version: int) -> Memory:
    """Bring a base up to a version of the file that is newer."""
    current = changed(connection, memory, version)
    if len(current.alive) * (1 - DEAD_SHARE) > current.alive.sum():
        return changed(connection, empty(memory.base), version)
    return current


def changed(connection: sqlite3.Connection, memory: Memory, version: int) -> Memory:
    """Apply what was written after the memory's version: chunks that went, came, or belong to other readers now."""
    documents = connection.execute(
        "SELECT number, access FROM indexed_document WHERE base = ? AND revision > ?", (memory.base, memory.version)
    ).fetchall()
    touched = np.array([row["number"] for row in documents], np.int64)
    numbers = np.array(present_numbers(connection, touched), np.int64)
    alive = memory.alive & (~np.isin(memory.documents, touched) | np.isin(memory.numbers, numbers))
    alive = without_removed(connection, memory.base, memory.documents, alive)
    added = np.setdiff1d(numbers, memory.numbers[memory.alive], assume_unique=True)
    grown = extended(connection, replace(memory, alive=alive), added)
    return replace(relabelled(grown, documents), version=version)


def present_numbers(connection: sqlite3.Connection, documents: NDArray[np.int64]) -> list[int]:
    """Return the numbers of the chunks that documents have now."""
    query = "SELECT number FROM chunk WHERE document IN (SELECT value FROM json_each(?)) ORDER BY number"
    return [row["number"] for row in connection.execute(query, (json.dumps(documents.tolist()),))]


def without_removed(
    connection: sqlite3.Connection, base: int, documents: NDArray[np.int64], alive: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Let the rows of removed documents die; a removal leaves no trace on disk but a document less."""
    rows = connection.execute("SELECT number FROM indexed_document WHERE base = ?", (base,)).fetchall()
    present = np.array([row["number"] for row in rows], np.int64)
    return alive & np.isin(documents, present)


def extended(connection: sqlite3.Connection, memory: Memory, added: NDArray[np.int64]) -> Memory:
    """Append the chunks with these numbers as new rows."""
    if not len(added):
        return memory
    query = "SELECT number, document, id, terms, vector FROM chunk WHERE number IN (SELECT value FROM json_each(?))"
    rows = connection.execute(f"{query} ORDER BY number", (json.dumps(added.tolist()),)).fetchall()
    postings, lengths = segment([row["terms"] for row in rows], len(memory.numbers))
    room, embedded = with_vectors(memory, [row["vector"] for row in rows])
    return replace(
        memory,
        chunk_ids=np.concatenate([memory.chunk_ids, np.array([row["id"] for row in rows], np.object_)]),
        numbers=np.concatenate([memory.numbers, added]),
        documents=np.concatenate([memory.documents, np.array([row["document"] for row in rows], np.int64)]),
        access=np.concatenate([memory.access, np.zeros(len(rows), np.int32)]),
        alive=np.concatenate([memory.alive, np.ones(len(rows), np.bool_)]),
        embedded=embedded,
        lengths=np.concatenate([memory.lengths, lengths]),
        room=room,
        segments=merged([*memory.segments, postings]),
    )


def with_vectors(memory: Memory, packed: list[bytes]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Append vectors. The newest chunk that has one says how long they are; others than these are not searched."""
    used, needed = len(memory.numbers), len(memory.numbers) + len(packed)
    width = next((len(each) // 2 for each in reversed(packed) if each), memory.room.shape[1])
    embedded = memory.embedded if width == memory.room.shape[1] else np.zeros(used, np.bool_)
    room = memory.room
    if width != room.shape[1] or needed > len(room):
        room = np.zeros((int(needed * SPARE), width), np.float32)
        if width == memory.room.shape[1]:
            room[:used] = memory.vectors
    fits = np.array([len(each) == 2 * width > 0 for each in packed], np.bool_)
    kept = b"".join(each for each, fit in zip(packed, fits, strict=True) if fit)
    room[used:needed][fits] = np.frombuffer(kept, "<f2").reshape(int(fits.sum()), width)
    return room, np.concatenate([embedded, fits])


def relabelled(memory: Memory, documents: list[sqlite3.Row]) -> Memory:
    """Give the rows of changed documents their access labels."""
    sets = {labels: place for place, labels in enumerate(memory.access_sets)}
    access = memory.access.copy()
    order = np.argsort(memory.documents, kind="stable")
    ordered = memory.documents[order]
    for row in documents:
        labels = sets.setdefault(frozenset(json.loads(row["access"])), len(sets))
        access[order[slice(*np.searchsorted(ordered, [row["number"], row["number"] + 1]))]] = labels
    return replace(memory, access=access, access_sets=tuple(sets))
