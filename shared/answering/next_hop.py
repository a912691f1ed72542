"""Say what to search for next, once the first ask of a question is answered."""

import re
from collections.abc import Iterator, Set

from shared.answering.asks import asks
from shared.answering.extract import best_for, looked_for
from shared.answering.names import NAMES
from shared.answering.question_terms import question_terms, rarity
from shared.answering.statements import Statement, statements
from shared.domain.answers import Passage
from shared.text.scripts import CJK
from shared.text.terms import QUESTION_WORDS, index_terms

WORDS = re.compile(rf"[{CJK}]+|[^\W_{CJK}]+(?:[-'’.][^\W_{CJK}]+)*")

LONGEST = 300
"""Characters of a search; a long sentence has more to say than where to go next."""


def next_hop(question: str, passages: tuple[Passage, ...]) -> str:
    """Return what to search for next: what the best statement leaves open, and what it names beyond the question.

    For several asks, what is open are the asks behind the first. "" says that there is nowhere to go on to.
    """
    found = statements(passages)
    if not found:
        return ""
    weights = rarity(question_terms(question), found)
    first, *further = asks(question)
    best = best_for(looked_for(first, weights), looked_for(question, weights), found, [])
    ahead = " ".join(further) or " ".join(beyond(question, best.all_terms))
    names = " ".join(new_names(best, frozenset(index_terms(question))))
    return f"{ahead} {names}"[:LONGEST] if names and ahead else ""


def new_names(statement: Statement, known: Set[str]) -> Iterator[str]:
    """Yield the names of a statement, and its CJK runs, without what is known of them."""
    for name in NAMES.findall(statement.text):
        if not known >= set(index_terms(name)):
            yield name
    yield from (piece for piece in beyond(statement.text, known) if re.match(f"[{CJK}]", piece))


def beyond(text: str, known: Set[str]) -> Iterator[str]:
    """Yield the words of a text that say something and are not known, and its CJK runs without the pairs known."""
    for word in WORDS.findall(text):
        if re.match(f"[{CJK}]", word):
            yield from without_pairs(word, known)
        elif word.casefold() not in QUESTION_WORDS and not known >= set(index_terms(word)):
            yield word


def without_pairs(run: str, known: Set[str]) -> list[str]:
    """Return the parts of a CJK run that are left when the known pairs are cut out."""
    kept = [not (run[max(0, at - 1) : at + 1] in known or run[at : at + 2] in known) for at in range(len(run))]
    left = "".join(character if keep else " " for character, keep in zip(run, kept, strict=True))
    return [part for part in left.split() if len(part) > 1]
