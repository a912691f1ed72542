"""Answer a question with sentences of its passages, word for word."""

import re

from shared.answering.citation_marks import MARK
from shared.answering.digest import digest
from shared.answering.extract import MOST_CHOSEN, extract
from shared.answering.fit_passages import cut
from shared.answering.no_evidence import EVIDENCE, SURVEY_EVIDENCE, evidence, no_evidence
from shared.answering.question_class import question_class, without_cues
from shared.answering.question_terms import told
from shared.answering.statements import CELL, Statement, statements
from shared.domain.answers import Prompt
from shared.text.terms import FUNCTION_CHARACTERS, QUESTION_WORDS
from shared.text.tokens import count_tokens

EXTRACTIVE = "extractive"
"""The model of an answer that none wrote: the passages speak for themselves."""

PRONOUN = re.compile(r"(?:He|She|It|They|His|Her|Its|Their|This|These)\b|[他她它]|(?:该|此|这|其)")


def extractive_answer(prompt: Prompt) -> list[str]:
    """Return the answer in pieces, statements with ` [n]` behind each; joined, they are the answer.

    A global question is answered with a digest, any other with up to three statements. Without evidence the answer is
    the one sentence that says so, and cites nothing.
    """
    found = statements(prompt.passages)
    is_global = question_class(prompt.question).type == "global"
    chosen = surveyed(prompt.question, found) if is_global else extracted(prompt.question, found)
    if not chosen:
        return [no_evidence(prompt.question)]
    return [separator(chosen, place) + cited(statement) for place, statement in enumerate(chosen)]


def bounded_answer(prompt: Prompt) -> tuple[list[str], bool]:
    """Return the first pieces that fit into the tokens the prompt allows, and whether any was left out or cut."""
    pieces = extractive_answer(prompt)
    left = prompt.maximum_output_tokens
    kept: list[str] = []
    for piece in pieces:
        left -= count_tokens(piece)
        if left < 0:
            return kept or [cut(piece, prompt.maximum_output_tokens)], True
        kept.append(piece)
    return kept, False


def extracted(question: str, found: list[Statement]) -> list[Statement]:
    """Return what answers a question, or nothing without evidence."""
    if evidence(question, found) < EVIDENCE:
        return []
    return with_antecedents(extract(question, found), found)


def surveyed(question: str, found: list[Statement]) -> list[Statement]:
    """Return a digest; where the question names a subject, only with evidence that the passages speak of it."""
    subject = without_cues(question)
    is_named = any(FUNCTION_CHARACTERS.isdisjoint(term) for term in told(subject) - QUESTION_WORDS)
    if is_named and evidence(subject, found) < SURVEY_EVIDENCE:
        return []
    return digest(question, found)


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
