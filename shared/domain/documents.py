"""Knowledge bases, documents, their parsed text and their chunks."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from shared.domain.access import EVERYONE, BaseKey, Principal, Scope
from shared.domain.base_settings import BaseSettings
from shared.domain.identity import content_id
from shared.domain.money import Money
from shared.domain.step_times import StepTimes


@dataclass(frozen=True, slots=True)
class KnowledgeBase:
    """A named set of documents that are asked together; one that a folder made has no owner."""

    key: BaseKey
    name: str
    description: str
    access: frozenset[str]
    created_at: datetime
    owner: str = ""
    settings: BaseSettings = BaseSettings()

    @property
    def etag(self) -> str:
        """Name this very state of the base, as the header ETag does."""
        said = (self.name, self.description, self.owner, self.settings.mark)
        return f'"{content_id("base", *said, *sorted(self.access))}"'

    def may_be_read_by(self, principal: Principal) -> bool:
        """Say whether the principal may read the base."""
        return self.key.tenant == principal.tenant and Scope(self.key, principal.labels).may_read(self.access)

    def may_be_changed_by(self, principal: Principal) -> bool:
        """Say whether the principal may change the base: as its owner, or as an administrator of its tenant."""
        return self.key.tenant == principal.tenant and principal.may_change(self.owner)


class DocumentState(StrEnum):
    """Where a document stands; exactly one of these at any time."""

    RECEIVED = "received"
    PARSING = "parsing"
    INDEXING = "indexing"
    GRAPH = "graph"
    READY = "ready"
    FAILED = "failed"
    DELETED = "deleted"


CANCELLED = "cancelled:"
"""What stands before the ETag of a version that nobody is to read."""


@dataclass(frozen=True, slots=True)
class Document:
    """One file of a knowledge base; whoever may read that may read it where one of its own labels lets them.

    `progress` is in [0, 1]; `started_at`, `processing_seconds` and `times` tell of the last run only;
    `sha256` is that of the bytes it read, in hexadecimal; `cost` is what models and services took for this version;
    `read_as` is the mark of the settings that it was read with; one that came as a file in a folder has no `owner`;
    `reason_code` says in a word what `reason` says in a sentence: the code of an error, or cancelled,
    waiting_for_model, read_in_part.
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
    cost: Money = Money()
    times: StepTimes = StepTimes()
    read_as: str = ""
    owner: str = ""
    reason_code: str = ""

    @property
    def has_arrived(self) -> bool:
        """Whether its bytes are there; before, a document is known by its owner and labels alone, and to nobody."""
        return self.etag != ""

    @property
    def is_cancelled(self) -> bool:
        """Whether its reading was called off, so that no version of it is to be found."""
        return self.etag.startswith(CANCELLED)

    @property
    def access_etag(self) -> str:
        """Name who may read the document now, as the header ETag does."""
        return f'"{content_id("access", self.id, *sorted(self.access))}"'

    def cancelled(self) -> "Document":
        """Return the document as one whose present version nobody is to read: a run for it finds another ETag."""
        return self if self.is_cancelled else replace(self, etag=CANCELLED + self.etag)

    def is_at(self, etag: str) -> bool:
        """Say whether this is what the file of that ETag has become, be it read, failed or cancelled."""
        return self.etag.removeprefix(CANCELLED) == etag

    def may_be_read_by(self, principal: Principal, base: KnowledgeBase) -> bool:
        """Say whether the principal may read the document in its base: the labels of both must open it."""
        return base.may_be_read_by(principal) and Scope(self.base, principal.labels).may_read(self.access)

    def may_be_changed_by(self, principal: Principal, base: KnowledgeBase) -> bool:
        """Say whether the principal may change the document: as its owner while the base is open, or as the base's."""
        owns = base.may_be_read_by(principal) and principal.may_change(self.owner)
        return owns or base.may_be_changed_by(principal)


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
