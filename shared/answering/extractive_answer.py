"""Answer a question with sentences of its passages, word for word."""

import re

from shared.answering.citation_marks import MARK
from shared.answering.extract import MOST_CHOSEN, extract
from shared.answering.no_evidence import EVIDENCE, evidence, no_evidence
from shared.answering.statements import CELL, Statement, statements
from shared.domain.answers import Prompt

PRONOUN = re.compile(r"(?:He|She|It|They|His|Her|Its|Their|This|These)\b|[他她它]|(?:该|此|这|其)")


def extractive_answer(prompt: Prompt) -> list[str]:
    """Return the answer in pieces: up to three statements, each with ` [n]` behind it; joined, they are the answer.

    Without evidence it is the one sentence that says so, and cites nothing.
    """
    found = statements(prompt.passages)
    if evidence(prompt.question, found) < EVIDENCE:
        return [no_evidence(prompt.question)]
    chosen = with_antecedents(extract(prompt.question, found), found)
    return [separator(chosen, place) + cited(statement) for place, statement in enumerate(chosen)]


def with_antecedents(chosen: list[Statement], found: list[Statement]) -> list[Statement]:
    """Put the sentence before one that begins with a pronoun in front of it, as long as three are not exceeded."""
    places = {(each.number, each.position): each for each in found}
    complete: list[Statement] = []
    room = MOST_CHOSEN - len(chosen)
    for statement in chosen:
        before = places.get((statement.number, statement.position - 1))
        if before and PRONOUN.match(statement.text) and (room or before in chosen):
            room -= before not in chosen
            complete.append(before)
        complete.append(statement)
    return list(dict.fromkeys(complete))


def cited(statement: Statement) -> str:
    """Return the statement with its citation, and without the reference marks of its own that would look like one."""
    return f"{MARK.sub('', statement.text).strip()} [{statement.number}]"


def separator(chosen: list[Statement], place: int) -> str:
    """Return what stands before a statement: rows of tables stand in lines of their own."""
    if place == 0:
        return ""
    return "\n" if CELL in chosen[place].text or CELL in chosen[place - 1].text else " "
