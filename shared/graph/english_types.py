"""Vote for the type of an English name by its own words."""

import re

from shared.domain.graph import EntityType
from shared.graph.english_cues import CALENDAR, FIRST_NAMES, FIRST_WORDS, PLACES, ROLES, TYPES_BY_WORD

SERIES = re.compile(r"[A-Za-z]+(?:[ -]?[A-Z]{0,2}\d+[A-Za-z]?)+\Z")
ACRONYM = re.compile(r"[A-Z]{2,5}\Z")
PLAIN_WORD = re.compile(r"[^\W\d_]+(?:[-'’.][^\W\d_]*)*\Z")


def english_type(words: tuple[str, ...]) -> EntityType:
    """Return the type that the words of a name speak for: the last, else the first, else its shape."""
    first, last = words[0].lower().rstrip("."), words[-1].lower().rstrip(".")
    if (first in CALENDAR and last.isdigit()) or (len(words) == 1 and first in CALENDAR):
        return EntityType.DATE
    if first in FIRST_NAMES and last not in TYPES_BY_WORD:
        return EntityType.PERSON
    by_word = TYPES_BY_WORD.get(last) or FIRST_WORDS.get(first)
    return by_word or by_shape(words)


def by_shape(words: tuple[str, ...]) -> EntityType:
    """Return the type that the look of a name speaks for."""
    if SERIES.match(" ".join(words)):
        return EntityType.PRODUCT
    if words[-1] in PLACES:
        return EntityType.LOCATION
    if len(words) == 1:
        return EntityType.ORGANIZATION if ACRONYM.match(words[0]) else EntityType.CONCEPT
    is_person = len(words) <= 3 and all(map(PLAIN_WORD.match, words)) and words[0].lower() not in ROLES
    return EntityType.PERSON if is_person and "of" not in words else EntityType.CONCEPT
