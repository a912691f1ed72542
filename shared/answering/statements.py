"""Cut passages into the statements that an answer can quote."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from shared.domain.answers import Passage
from shared.text.sentences import sentences
from shared.text.terms import index_terms

MOST_READ = 8_000
"""Characters of a passage that are read: five chunks of the longest kind, and a bound on the time for any other."""

LONGEST = 400
"""Characters of one statement; a longer sentence is cut behind a comma or a space, so that an answer stays readable."""

MOST_STATEMENTS = 4_000
"""Of all passages together: ten times what fifty chunks hold."""

CLAUSES = re.compile(rf".{{1,{LONGEST}}}(?:(?<=[，,；;、\s|])|\Z)|.{{1,{LONGEST}}}", re.DOTALL)
CELL = " | "


@dataclass(frozen=True, slots=True)
class Statement:
    """A verbatim piece of a passage: a sentence, or a row of a table.

    `terms` are those of the text and, for a row, of the heading row above it; `title_terms` those of the passage's
    title. `position` counts the statements of a passage from 0.
    """

    number: int
    position: int
    text: str
    terms: frozenset[str]
    title_terms: frozenset[str]

    @property
    def all_terms(self) -> frozenset[str]:
        """The terms of the text and of the title above it."""
        return self.terms | self.title_terms


def statements(passages: tuple[Passage, ...]) -> list[Statement]:
    """Return the statements of all passages in order; bounded in characters of each and in number."""
    every = (statement for passage in passages for statement in statements_of(passage))
    return list(islice(every, MOST_STATEMENTS))


def statements_of(passage: Passage) -> Iterator[Statement]:
    """Yield the statements of one passage."""
    title_terms = frozenset(index_terms(passage.title))
    header: frozenset[str] | None = None
    for position, piece in enumerate(pieces(passage.text[:MOST_READ])):
        terms = frozenset(index_terms(piece))
        if CELL not in piece:
            header = None
        elif header is None:
            # The heading row is not an answer; it says what the cells below it are.
            header = terms
            terms = frozenset()
        yield Statement(passage.number, position, piece, terms | (header or frozenset()), title_terms)


def pieces(text: str) -> Iterator[str]:
    """Yield the sentences of a text, the long ones in clauses."""
    for span in sentences(text):
        sentence = span.of(text)
        if len(sentence) <= LONGEST:
            yield sentence
        else:
            yield from (clause for part in CLAUSES.findall(sentence) if (clause := part.strip()))
