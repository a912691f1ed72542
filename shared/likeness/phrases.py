"""Put a question in other words, phrase by phrase."""

import re
from functools import cache

UNRULED = frozenset(("how", "where", "why", "whom"))
"""Kinds of a question in which can and have to say the same: how can I, how do I have to."""


def put(text: str, phrases: tuple[tuple[str, str], ...]) -> str:
    """Return a text with each of the phrases put as what it becomes, one after the other."""
    for pattern, instead in made_ready(phrases):
        text = pattern.sub(instead, text)
    return text


@cache
def made_ready(phrases: tuple[tuple[str, str], ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the phrases as patterns, made ready with the first question that is looked at."""
    return tuple((re.compile(pattern), instead) for pattern, instead in phrases)
