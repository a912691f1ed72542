"""Seeded texts: one long book out of the samples' sentences, and many documents about invented people and firms."""

import random
import re
from collections.abc import Sequence
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[2] / "samples" / "sources"
SEED = 20261120
BOOK_BYTES = 190_000
CHUNK_CHARACTERS = 1_400
"""About 350 tokens of English."""

SYLLABLES = ("bran", "cor", "del", "fen", "gar", "hol", "ket", "lor", "mar", "nor", "pel", "quin", "ros", "sel", "tor")
ENDINGS = ("by", "dale", "ford", "ham", "ley", "mere", "stead", "ton", "wick", "worth")
FIRST_NAMES = ("Ada", "Bruno", "Clara", "Dario", "Edith", "Felix", "Greta", "Hugo", "Irene", "Jonas", "Karin", "Leo")
FIRMS = ("Instruments", "Works", "Logistics", "Energy", "Research", "Holdings", "Systems", "Foundry")
STATEMENTS = (
    "{person} works for {firm} in {town}.",
    "{firm} is located in {town} and was founded by {person}.",
    "{firm} acquired {other} after {person} left the board.",
    "In {year} {person} joined {firm} as head of research.",
    "{firm} produces valves for {other}, which is based in {town}.",
    "{person} met the director of {other} in {town}.",
)


def sentences() -> list[str]:
    """Return the English sentences of the samples' sources."""
    files = [file for file in sorted(SOURCES.iterdir()) if file.name.isascii() and file.suffix in (".md", ".txt")]
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    prose = [line for line in lines if line[:1].isalpha()]
    found = (sentence for line in prose for sentence in re.split(r"(?<=[.!?])\s+", line))
    return [each for each in found if each.isascii() and len(each) > 40]


def book(size: int = BOOK_BYTES, seed: int = SEED) -> str:
    """Return a book of at least so many bytes in chapters; its sentences repeat, its passages do not."""
    choice, known = random.Random(seed), sentences()
    paragraphs: list[str] = []
    length = 0
    while length < size:
        if len(paragraphs) % 40 == 0:
            paragraphs.append(f"# Chapter {len(paragraphs) // 40 + 1}")
        paragraphs.append(" ".join(choice.choices(known, k=choice.randint(3, 8))))
        length += len(paragraphs[-1]) + 2
    return "\n\n".join(paragraphs)


class World:
    """Invented people, firms and towns that documents share: a few are named everywhere, most in few places."""

    def __init__(self, seed: int = SEED, names: int = 3_000) -> None:
        self._choice = random.Random(seed)
        self._known = sentences()
        self.towns = [self._name() for _ in range(names)]
        self.firms = [f"{self._name()} {self._choice.choice(FIRMS)}" for _ in range(names)]
        self.people = [f"{self._choice.choice(FIRST_NAMES)} {self._name()}" for _ in range(names)]

    def document(self, title: str, sections: int) -> str:
        """Return Markdown whose sections are as long as a chunk; a new edition of a title keeps its headings."""
        choice = random.Random(title)
        parts = [f"# {title}"]
        for number in range(1, sections + 1):
            parts += [f"## {choice.choice(self.firms)} in part {number}", self._section()]
        return "\n\n".join(parts)

    def question(self) -> str:
        """Return a question that names a person and a firm."""
        return f"When did {self._pick(self.people)} join {self._pick(self.firms)} and where is it located?"

    def _section(self) -> str:
        parts: list[str] = []
        while sum(map(len, parts)) + len(parts) < CHUNK_CHARACTERS - 200:
            parts += [self._statement(), self._choice.choice(self._known)]
        return " ".join(parts)

    def _statement(self) -> str:
        return self._choice.choice(STATEMENTS).format(
            person=self._pick(self.people),
            firm=self._pick(self.firms),
            other=self._pick(self.firms),
            town=self._pick(self.towns),
            year=self._choice.randint(1950, 2026),
        )

    def _pick(self, names: Sequence[str]) -> str:
        """Take the first names often and the last ones rarely."""
        return names[int(len(names) * self._choice.random() ** 3)]

    def _name(self) -> str:
        parts = [self._choice.choice(SYLLABLES) for _ in range(self._choice.randint(1, 2))]
        return "".join([*parts, self._choice.choice(ENDINGS)]).capitalize()
