"""Split a question into the asks that it consists of: "which plant builds it, and who leads that plant" are two."""

import re

from shared.text.scripts import language

ASKING = {
    "en": re.compile(r"\b(?:who(?:se|m)?|what|which|when|where|why|how)\b", re.IGNORECASE),
    "zh": re.compile(r"什么|谁|哪|何[时地人处种]|多少|几|怎[么样]|如何|为何|[吗呢]|多[大长高久远]"),
}
"""Words that make an ask of a clause."""

BREAKS = {
    "en": re.compile(
        r"\?\s+|[,;:]?\s+and\s+(?=(?:(?:by|to|in|on|at|from|for|with|of|until|since)\s+)?(?:who(?:se|m)?|what|which|when|where|why|how)\b)",
        re.IGNORECASE,
    ),
    "zh": re.compile(r"[，,；;？?。、]|(?:以及|并且|同时)"),
}
"""Where one clause may end and the next begin."""

MOST_ASKS = 3
"""Asks of one question; the rest of a longer list stays with the last of them."""


def asks(question: str) -> tuple[str, ...]:
    """Return the question's clauses that ask something, in order; a clause that does not goes with the next one.

    A question with one ask, or with none, is returned whole.
    """
    asking, breaks = ASKING[language(question)], BREAKS[language(question)]
    found: list[tuple[int, int]] = []
    begun, start = 0, 0
    for match in breaks.finditer(question):
        if asking.search(question, begun, match.start()) and len(found) < MOST_ASKS - 1:
            found.append((start, match.start()))
            start = match.end()
        begun = match.end()
    if not asking.search(question, start):
        start = found.pop()[0] if found else 0
    return (*(question[first:last] for first, last in found), question[start:])
