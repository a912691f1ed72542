"""One published version of a base as files: what readers load once, and what the next version is made of."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from infra.azure.gremlin.assembly import Content, Piece
from infra.azure.gremlin.contributions import contribution_of
from infra.azure.gremlin.deciding import Decided
from infra.azure.gremlin.decisions_file import read_decisions
from shared.domain.access import BaseKey
from shared.domain.errors import StoreUnavailable
from shared.domain.graph import EntityType


@dataclass(frozen=True, slots=True, eq=False)
class Published:
    """A version in memory, as it is under whichever access labels: no key is merged into another yet.

    Shapes, with C chunks, M pairs of a chunk and a key, N votes and R keys that a chunk relates: `row_starts` (C+1,),
    `columns`, `counts`, `headed` and `linked` (M,) as `assembly.Edge` says; `vote_rows`, `vote_keys`, `vote_names`,
    `vote_types`, `vote_linked` and `confidences` (N,) as `assembly.Vote` does, in the order of their keys; `end_rows`
    and `end_keys` (R,); `chunk_documents` (C,) indexes `documents`, and `revisions` (C,) are the versions in which the
    chunks' edges last changed. `keys` number the keys, `names` stand in the order of the alphabet, `vertices` (C) are
    those of the chunks.
    """

    base: BaseKey
    version: int
    chunks: tuple[str, ...]
    chunk_index: Mapping[str, int]
    vertices: tuple[str, ...]
    documents: tuple[str, ...]
    keys: Mapping[str, int]
    names: Sequence[str]
    headings: frozenset[str]
    types: Sequence[EntityType]
    relations: Sequence[tuple[str, str, str, float]]
    decided: Decided
    row_starts: NDArray[np.int64]
    columns: NDArray[np.int32]
    counts: NDArray[np.int32]
    headed: NDArray[np.bool_]
    linked: NDArray[np.bool_]
    vote_rows: NDArray[np.int32]
    vote_keys: NDArray[np.int32]
    vote_names: NDArray[np.int32]
    vote_types: NDArray[np.int8]
    vote_linked: NDArray[np.bool_]
    confidences: NDArray[np.float64]
    end_rows: NDArray[np.int32]
    end_keys: NDArray[np.int32]
    chunk_documents: NDArray[np.int32]
    revisions: NDArray[np.int32]


ARRAYS = (
    "row_starts",
    "columns",
    "counts",
    "headed",
    "linked",
    "vote_rows",
    "vote_keys",
    "vote_names",
    "vote_types",
    "vote_linked",
    "confidences",
    "end_rows",
    "end_keys",
    "chunk_documents",
    "revisions",
)


def snapshot_file(content: Content) -> bytes:
    """Write what readers need: arrays, and the words as UTF-8 JSON beside them; nothing is pickled."""
    edges = [edge for row in content.edges for edge in row]
    votes = [(row, vote) for row, held in enumerate(content.votes) for vote in held]
    votes.sort(key=lambda each: each[1].key)
    ends = [(row, key) for row, held in enumerate(content.ends) for key in held]
    types = {kind: place for place, kind in enumerate(EntityType)}
    pieces = content.pieces
    documents = {document: place for place, document in enumerate(dict.fromkeys(p.said.document_id for p in pieces))}
    words = {
        "version": content.version,
        "chunks": [piece.said.chunk_id for piece in pieces],
        "vertices": [piece.vertex for piece in pieces],
        "documents": list(documents),
        "keys": list(content.keys),
        "names": content.names,
        "headings": sorted(content.headings),
        "types": list(EntityType),
        "relations": content.relations,
    }
    file = BytesIO()
    np.savez_compressed(
        file,
        row_starts=np.append(0, np.cumsum([len(row) for row in content.edges])).astype(np.int64),
        columns=np.array([edge.key for edge in edges], np.int32),
        counts=np.array([edge.count for edge in edges], np.int32),
        headed=np.array([edge.is_headed for edge in edges], np.bool_),
        linked=np.array([edge.is_linked for edge in edges], np.bool_),
        vote_rows=np.array([row for row, _ in votes], np.int32),
        vote_keys=np.array([vote.key for _, vote in votes], np.int32),
        vote_names=np.array([vote.name for _, vote in votes], np.int32),
        vote_types=np.array([types[vote.type] for _, vote in votes], np.int8),
        vote_linked=np.array([vote.is_linked for _, vote in votes], np.bool_),
        confidences=np.array([vote.confidence for _, vote in votes], np.float64),
        end_rows=np.array([row for row, _ in ends], np.int32),
        end_keys=np.array([key for _, key in ends], np.int32),
        chunk_documents=np.array([documents[piece.said.document_id] for piece in pieces], np.int32),
        revisions=np.array([piece.revision for piece in pieces], np.int32),
        words=np.frombuffer(json.dumps(words, separators=(",", ":")).encode(), np.uint8),
    )
    return file.getvalue()


def read_published(base: BaseKey, snapshot: bytes, decisions: bytes) -> Published:
    """Read what `snapshot_file` and `decisions_file` wrote. Raises StoreUnavailable where it is damaged."""
    decided = read_decisions(base, decisions)
    try:
        with np.load(BytesIO(snapshot), allow_pickle=False) as arrays:
            held = {name: arrays[name] for name in arrays.files}
        words = json.loads(held["words"].tobytes())
        chunks, keys = tuple(words["chunks"]), words["keys"]
        return Published(
            base,
            words["version"],
            chunks,
            dict(zip(chunks, range(len(chunks)), strict=True)),
            tuple(words["vertices"]),
            tuple(words["documents"]),
            dict(zip(keys, range(len(keys)), strict=True)),
            words["names"],
            frozenset(words["headings"]),
            tuple(map(EntityType, words["types"])),
            words["relations"],
            decided,
            **{name: held[name] for name in ARRAYS},
        )
    except (BadZipFile, EOFError, KeyError, OSError, TypeError, ValueError) as error:
        raise StoreUnavailable(f"the snapshot of the graph is damaged: {error}") from error


def contributions_file(pieces: Sequence[Piece]) -> bytes:
    """Write what the next version is made of."""
    rows = [[p.vertex, p.revision, p.said.chunk_id, p.said.document_id, p.text] for p in pieces]
    return gzip.compress(json.dumps(rows, separators=(",", ":")).encode(), 3, mtime=0)


def read_contributions(file: bytes) -> dict[str, Piece]:
    """Read what `contributions_file` wrote, by vertex. Raises StoreUnavailable where it is damaged."""
    try:
        rows = json.loads(gzip.decompress(file))
        return {
            vertex: Piece(vertex, revision, contribution_of(chunk, document, said), said)
            for vertex, revision, chunk, document, said in rows
        }
    except (EOFError, OSError, ValueError) as error:
        raise StoreUnavailable(f"the contributions to the graph are damaged: {error}") from error
