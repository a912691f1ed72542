"""A chunk as the search index keeps it, and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from infra.azure.search.schema import EMBEDDING, SEARCHED
from shared.domain.documents import Chunk, Document
from shared.domain.errors import BadRequest
from shared.domain.identity import content_id
from shared.domain.vectors import Vectors
from shared.text.scripts import CJK_CHARACTER, MOSTLY, cjk_share

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DECIMALS = 5
"""Digits kept of a vector's numbers: as exact as the 16-bit floats that embeddings are kept in, for unit vectors."""

ONE = 10**DECIMALS

ROWS_AT_ONCE = 64
"""Vectors whose digits are made together: what the caches of a processor hold."""

PLACED = ("ordinal", "page", "start", "end", "access", "document_name")
"""What may change of a chunk that stays: its place, its readers and the name of its document."""

COMPARED = ["id", "number", "kind", "fingerprint", *PLACED]
SHOWN = ["id", "document", "document_name", "ordinal", "page", "start", "end", *SEARCHED]

WRITTEN = [("number", "u8"), ("comma", "u1")]
"""How a number of a vector lies in memory once it is written."""

WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One item of the index: JSON values by field, and its vector, written as JSON where there is one."""

    fields: Fields
    vector: bytes = b""

    @property
    def key(self) -> str:
        """The key of the item."""
        return str(self.fields["id"])


def rows_of(document: Document, chunks: Sequence[Chunk], vectors: Vectors) -> dict[str, Row]:
    """Return by key what the index must hold of a document: a marker for itself, and its distinct chunks."""
    marker = Row({**origin(document), "id": marker_key(document), "kind": "document", "fingerprint": ""})
    rows = {marker.key: numbered(marker)}
    for chunk, vector, written in zip(chunks, vectors, written_vectors(vectors), strict=True):
        fields = {
            **origin(document),
            "id": checked_key(chunk.id),
            "kind": "chunk",
            "fingerprint": fingerprint(chunk, vector),
            **{name: getattr(chunk, name) for name in ("ordinal", "page", "start", "end")},
            **by_language("title", chunk.title, chunk.title),
            **by_language("headings", list(chunk.heading_path), " ".join(chunk.heading_path)),
            **by_language("text", chunk.text, chunk.text),
        }
        rows.setdefault(chunk.id, numbered(Row(fields, written)))
    return rows


def origin(document: Document) -> Fields:
    """Return whose a row is and who may read it; a marker has no place in the text."""
    return {
        "tenant": document.base.tenant,
        "base": document.base.id,
        "document": document.id,
        "document_name": document.name,
        "access": sorted(document.access),
        **dict.fromkeys(("ordinal", "page", "start", "end"), -1),
    }


def marker_key(document: Document) -> str:
    """Name the marker of a document; ids of chunks are hashes too and never begin like this."""
    return "document-" + content_id(document.base.tenant, document.base.id, document.id)


def checked_key(id: str) -> str:
    """Return a chunk's id as a key. Raises BadRequest for one that the service takes for none."""
    legal = id.isascii() and id.replace("-", "").replace("=", "").replace("_", "").isalnum()
    if not legal or id.startswith("_") or len(id) > 1024:
        raise BadRequest("a chunk's id has 1 to 1,024 letters, digits, dashes, underscores and equal signs", field="id")
    return id


def numbered(row: Row) -> Row:
    """Give a row the number that pages are turned by: 48 bits of its key's hash."""
    row.fields["number"] = int(content_id(row.key)[:12], 16)
    return row


def by_language(part: str, value: object, text: str) -> Fields:
    """Return a value under the languages of its text: Chinese with any CJK in it, English unless it is mostly CJK."""
    chinese = CJK_CHARACTER.search(text) is not None
    # The share is counted where there is any CJK alone: counting takes longer than all the rest of a row.
    english = not chinese or cjk_share(text) < MOSTLY
    return {f"{part}_en": value if english else absent(value), f"{part}_zh": value if chinese else absent(value)}


def absent(value: object) -> object:
    """Return what stands in a field without a value: collections cannot be null."""
    return [] if isinstance(value, list) else None


def fingerprint(chunk: Chunk, vector: Vectors) -> str:
    """Name what is not in a chunk's id and still makes it another chunk: its title and its vector."""
    digest = hashlib.sha256(chunk.title.encode("utf-8", "surrogatepass") + b"\0")
    digest.update(vector.astype("<f2").tobytes())
    return digest.hexdigest()[:32]


def chunk_of(row: Mapping[str, Any]) -> Chunk:
    """Read a chunk from its row."""
    title, text = ((row[f"{part}_en"] or row[f"{part}_zh"] or "") for part in ("title", "text"))
    headings = row["headings_en"] or row["headings_zh"] or ()
    place = (row["page"], row["start"], row["end"])
    return Chunk(row["id"], row["document"], row["ordinal"], title, tuple(headings), text, *place)


def upload(row: Row) -> bytes:
    """Write a row as the action that puts it in place of whatever has its key."""
    written = action("upload", row.fields)
    return written if not row.vector else b'%b, "%b": %b}' % (written[:-1], EMBEDDING.encode(), row.vector)


def placing(row: Row) -> bytes:
    """Write the action that changes a chunk's place and readers alone."""
    return action("merge", {name: row.fields[name] for name in ("id", *PLACED)})


def relabelling(key: str, access: Sequence[str]) -> bytes:
    """Write the action that changes an item's readers alone."""
    return action("merge", {"id": key, "access": list(access)})


def deletion(key: str) -> bytes:
    """Write the action that takes an item away."""
    return action("delete", {"id": key})


def action(kind: str, fields: Fields) -> bytes:
    """Write an action; half of a surrogate pair, which UTF-8 cannot hold, becomes a question mark."""
    return WRITER.encode({"@search.action": kind, **fields}).encode("utf-8", "replace")


def written_vectors(vectors: Vectors) -> Iterator[bytes]:
    """Write every row of shape (texts, dimensions) as a JSON array, or as nothing where there are no columns.

    The digits of a number are looked up; making them one number after the other takes many times as long.
    """
    import numpy as np

    if not vectors.shape[1]:
        yield from [b""] * len(vectors)
        return
    if not np.isfinite(vectors).all() or np.abs(vectors).max(initial=0.0) > 1 + 0.5 / ONE:
        raise BadRequest("an embedding is not of unit length", field="vectors")
    known = numbers()
    for start in range(0, len(vectors), ROWS_AT_ONCE):
        parts = np.rint(vectors[start : start + ROWS_AT_ONCE] * np.float32(ONE)).astype(np.int32)
        written = np.empty(parts.shape, WRITTEN)
        written["number"], written["comma"] = known[np.clip(parts, -ONE, ONE) + ONE], ord(",")
        for row in written:
            yield b"[%b]" % row.tobytes()[:-1]


@cache
def numbers() -> NDArray[np.uint64]:
    """Return every number from -1 to 1 as 8 characters: sign or blank, digit, point, 5 digits."""
    import numpy as np

    signed = ((part, "-" if part < 0 else " ") for part in range(-ONE, ONE + 1))
    words = "".join(f"{sign}{abs(part) // ONE}.{abs(part) % ONE:0{DECIMALS}}" for part, sign in signed)
    return np.frombuffer(words.encode(), np.uint64)
