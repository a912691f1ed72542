"""Passages and hits that the tests of this folder share."""

from shared.domain.answers import Hit, Passage, Prompt
from shared.domain.documents import Chunk


def passages(*texts: str, title: str = "") -> tuple[Passage, ...]:
    """Number texts from 1 under one title."""
    return tuple(Passage(number, title, text) for number, text in enumerate(texts, start=1))


def prompt(question: str, *texts: str, title: str = "") -> Prompt:
    """Ask a question over texts."""
    return Prompt(question, passages(*texts, title=title))


def hit(text: str, title: str = "", heading_path: tuple[str, ...] = ()) -> Hit:
    """Make a hit of a text."""
    chunk = Chunk(f"id of {text[:20]}", "document", 0, title, heading_path, text, 1, 0, len(text))
    return Hit(chunk, "document.md", 1.0)
