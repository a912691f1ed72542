"""What the systems are given: a book, short documents, one more document, and questions."""

import json
import random
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from shared.text.tokens import count_tokens
from tests.bench.corpus import SEED, SOURCES, World, book

ADDITION_BYTES = 20_000
QUESTIONS = 20
MOST_DOCUMENTS = 300
SHORT_TOKENS = (50, 200)
"""Paragraphs of the samples' sources within these bounds are short documents."""


@dataclass(frozen=True)
class Corpus:
    """Documents under a name; `addition` shares nothing with them."""

    name: str
    documents: tuple[str, ...]

    @property
    def tokens(self) -> int:
        """Tokens of all documents."""
        return sum(map(count_tokens, self.documents))

    def questions(self, mode: str) -> list[str]:
        """Return 20 questions about names of the documents, the same for every system, others for each mode.

        A system that keeps answers, or the keywords of a question, pays for every question all the same.
        """
        choice = random.Random(f"{SEED} {mode}")
        names = frequent_names(self.documents)
        pairs = [choice.sample(names, 2) for _ in range(QUESTIONS)]
        return [f"Who is {first}, and how is {second} connected to {first}?" for first, second in pairs]


def frequent_names(documents: Iterable[str]) -> list[str]:
    """Return the 60 capitalised words of five letters or more that are named most, in a fixed order."""
    words = Counter(word for text in documents for word in re.findall(r"(?<=[a-z,] )[A-Z][a-z]{4,}\b", text))
    return sorted(sorted(words), key=words.__getitem__, reverse=True)[:60]


def addition() -> str:
    """Return a document of 20,000 bytes about invented people and firms."""
    return World(SEED + 1).document("Addition", 20)[:ADDITION_BYTES]


def book_corpus(path: str) -> Corpus:
    """Return the text of a file as one document, or a made book."""
    if path:
        return Corpus(Path(path).name, (Path(path).read_text(encoding="utf-8"),))
    return Corpus("made book", (book(),))


def short_corpus(path: str) -> Corpus:
    """Return the documents of a JSON list of texts, or the paragraphs of the samples' sources."""
    if path:
        return Corpus(Path(path).name, tuple(json.loads(Path(path).read_text(encoding="utf-8"))))
    return Corpus("sample paragraphs", tuple(paragraphs()[:MOST_DOCUMENTS]))


def paragraphs() -> list[str]:
    """Return the different paragraphs of the samples' sources that are as long as a short document."""
    files = [file for file in sorted(SOURCES.iterdir()) if file.suffix in (".md", ".txt")]
    found = (part.strip() for file in files for part in file.read_text(encoding="utf-8").split("\n\n"))
    least, most = SHORT_TOKENS
    return list(dict.fromkeys(part for part in found if least <= count_tokens(part) <= most))
