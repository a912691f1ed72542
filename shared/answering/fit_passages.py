"""Fit what was found into the tokens that a model may read."""

from collections.abc import Iterable, Sequence

from shared.answering.compact import compact
from shared.domain.answers import Hit, Passage, Prompt, Turn
from shared.domain.documents import Chunk
from shared.text.tokens import count_tokens

PASSAGE_TOKENS = 12
"""Tokens of the marks around a passage."""


def fit_passages(
    question: str, hits: Sequence[Hit], tokens: int, history: tuple[Turn, ...] = (), temperature: float = 0.0
) -> tuple[Prompt, tuple[Hit, ...]]:
    """Return a prompt with the best hits that fit into `tokens` together, and those hits: passage n is hit n-1.

    What repeats itself and what says nothing is left out first. A hit that is too long for the room left is passed
    over, since a shorter one behind it may fit; the first one is cut instead, so that there always is one to read.
    """
    chosen: list[Hit] = []
    passages: list[Passage] = []
    read: set[tuple[str, str]] = set()
    left = tokens
    for hit in hits:
        title = title_of(hit.chunk)
        known = set(read)
        text = compact(question, title, hit.chunk.text, known)
        if not text and chosen:
            continue
        text = text or hit.chunk.text
        overhead = PASSAGE_TOKENS + count_tokens(title)
        if not chosen:
            text = cut(text, left - overhead)
        needed = overhead + count_tokens(text)
        if needed > left and chosen:
            continue
        read = known
        left -= needed
        chosen.append(hit)
        passages.append(Passage(len(chosen), title, text))
    return Prompt(question, tuple(passages), history, temperature), tuple(chosen)


def title_of(chunk: Chunk) -> str:
    """Return a chunk's title and headings in one line, as the model and the reader see them."""
    return " > ".join(joined([chunk.title, *chunk.heading_path]))


def joined(lines: Iterable[str]) -> list[str]:
    """Return the lines without repeats and empty ones."""
    return [line for line in dict.fromkeys(lines) if line]


def cut(text: str, tokens: int) -> str:
    """Return as much of the beginning of a text as the tokens hold, and at least one character."""
    while len(text) > 1 and count_tokens(text) > tokens:
        text = text[: max(1, min(len(text) - 1, len(text) * max(tokens, 1) // count_tokens(text)))]
    return text
