"""Screen a question before anything is done with it."""

import re

from shared.domain.errors import BadQuestion

LONGEST_QUESTION = 8_000
"""Characters of a question, as the API promises."""

# Control characters but for tab and line end, marks that turn the writing direction, and halves of surrogate pairs:
# none of them is part of a question, and each of them breaks something further on (a store, a header, a display).
NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def cleaned(text: str) -> str:
    """Return a text without characters that are not text and without white space around it."""
    return NOT_TEXT.sub("", text).strip()


def screened(question: str) -> str:
    """Return the question without characters that are not text and without white space around it.

    Raises BadQuestion where it is longer than 8,000 characters or nothing is left.
    """
    if len(question) > LONGEST_QUESTION:
        raise BadQuestion(
            f"a question has at most {LONGEST_QUESTION} characters; this one has {len(question)}",
            limit=LONGEST_QUESTION,
            length=len(question),
        )
    text = cleaned(question)
    if not text:
        raise BadQuestion("the question is empty")
    return text
