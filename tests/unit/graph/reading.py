"""Read a text as the graph reads a chunk of it."""

from collections.abc import Iterable

from shared.domain.documents import Chunk
from shared.domain.graph import Contribution, EntityType
from shared.graph.extract import extract
from shared.graph.gazetteer import Gazetteer


def chunk_of(text: str, title: str = "", headings: tuple[str, ...] = ()) -> Chunk:
    """Return a chunk with this text under these headings."""
    return Chunk("c1", "d1", 0, title, headings, text, 1, 0, len(text))


def read(text: str, title: str = "", headings: tuple[str, ...] = (), gazetteer: Iterable[str] = ()) -> Contribution:
    """Return what a chunk contributes."""
    return extract(chunk_of(text, title, headings), Gazetteer(gazetteer))


def types_of(text: str) -> dict[str, EntityType]:
    """Return the type of each name that a text mentions."""
    return {mention.name: mention.type for mention in read(text).mentions}


def relations_of(text: str) -> set[tuple[str, str, str]]:
    """Return source, type and target of the relations that a text states in words."""
    return {(each.source, each.type.value, each.target) for each in read(text).relations if each.confidence > 0.5}
