"""Leave out of the passages what says least about the question."""

from collections.abc import Mapping
from dataclasses import replace

from shared.answering.question_terms import question_terms, rarity
from shared.answering.statements import CELL, Statement, statements
from shared.domain.answers import Passage, Prompt
from shared.text.tokens import count_tokens

GAP = "\n"


def compressed(prompt: Prompt, ratio: float) -> Prompt:
    """Return the prompt with at most `ratio`, in (0, 1], of its passages' tokens, in whole sentences and in order.

    The sentences that hold most of the question's rarity stay, of equals the ones of better passages; the heading row
    of a table stays with its rows; each passage keeps its number and at least its best sentence, even above the ratio.
    """
    found = statements(prompt.passages)
    weights = rarity(question_terms(prompt.question), found)
    room = ratio * sum(count_tokens(passage.text) for passage in prompt.passages)
    ranked = sorted(found, key=lambda each: -worth(each, weights))
    best = {each.number: each for each in reversed(ranked)}
    kept = set(best.values())
    room -= sum(count_tokens(each.text) for each in kept)
    for statement in ranked:
        tokens = count_tokens(statement.text)
        if statement not in kept and tokens <= room:
            kept.add(statement)
            room -= tokens
    passages = tuple(shortened(passage, found, kept) for passage in prompt.passages)
    return replace(prompt, passages=passages)


def worth(statement: Statement, weights: Mapping[str, float]) -> float:
    """Return how much of the question's rarity a statement holds; a title, which all of a passage shares, half."""
    own = sum(weights[term] for term in statement.terms & weights.keys())
    titled = sum(weights[term] for term in (statement.title_terms - statement.terms) & weights.keys())
    return own + titled / 2


def shortened(passage: Passage, found: list[Statement], kept: set[Statement]) -> Passage:
    """Return the passage with the kept statements alone, and the heading rows of their tables."""
    lines: list[str] = []
    heading: str | None = None
    for statement in (each for each in found if each.number == passage.number):
        is_row = CELL in statement.text
        starts_table = is_row and heading is None
        heading = (heading if heading is not None else statement.text) if is_row else None
        if statement in kept:
            lines += [heading] if is_row and not starts_table and heading and heading not in lines else []
            lines.append(statement.text)
    return replace(passage, text=GAP.join(lines)) if lines else passage
