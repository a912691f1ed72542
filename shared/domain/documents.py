"""Knowledge bases, documents, their parsed text and their chunks."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.domain.access import EVERYONE, BaseKey
from shared.domain.identity import content_id


@dataclass(frozen=True, slots=True)
class KnowledgeBase:
    """A named set of documents that are asked together."""

    key: BaseKey
    name: str
    description: str
    access: frozenset[str]
    created_at: datetime


class DocumentState(StrEnum):
    """Where a document stands; exactly one of these at any time."""

    RECEIVED = "received"
    PARSING = "parsing"
    INDEXING = "indexing"
    GRAPH = "graph"
    READY = "ready"
    FAILED = "failed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Document:
    """One file of a knowledge base.

    `progress` is in [0, 1]; `started_at` and `processing_seconds` tell of the last run only;
    `sha256` is that of the bytes it read, in hexadecimal.
    """

    base: BaseKey
    id: str
    name: str
    etag: str
    state: DocumentState
    created_at: datetime
    updated_at: datetime
    reason: str = ""
    pages: int = 0
    chunk_count: int = 0
    vector_count: int = 0
    entity_count: int = 0
    progress: float = 0.0
    processing_seconds: float = 0.0
    started_at: datetime | None = None
    sha256: str = ""
    access: frozenset[str] = frozenset({EVERYONE})


def document_id(base: BaseKey, name: str) -> str:
    """Name a document by where it stands, so that a new upload under the same name replaces it."""
    return content_id("document", base.tenant, base.id, name)


class BlockKind(StrEnum):
    """What a parser found: a heading opens a section, the rest fills it."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    TABLE = "table"
    CODE = "code"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a document in reading order. `level` is 1..6 for headings, 0 otherwise; `page` counts from 1.

    A table is Markdown-like text: one row per line, cells joined by " | ", the heading row first.
    """

    kind: BlockKind
    text: str
    page: int = 1
    level: int = 0


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A document as text in reading order."""

    title: str
    blocks: tuple[Block, ...]
    pages: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage that is found and cited as one.

    `start` and `end` are character offsets into the document's plain text (its blocks joined by a blank line);
    `heading_path` runs from the document's outermost heading to the nearest; `title` is the document's.
    """

    id: str
    document_id: str
    ordinal: int
    title: str
    heading_path: tuple[str, ...]
    text: str
    page: int
    start: int
    end: int

    @property
    def headed_text(self) -> str:
        """The text as the index and the embedder read it: under its title and headings."""
        lines = dict.fromkeys([self.title, *self.heading_path])
        return "\n".join([" > ".join(line for line in lines if line), self.text])


def chunk_id(document: str, heading_path: tuple[str, ...], text: str) -> str:
    """Name a chunk by its document and content: an edit elsewhere in the document leaves it as it is."""
    return content_id("chunk", document, *heading_path, text)
