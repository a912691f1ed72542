"""What the made-up model finds in a text: as many entities per token for every system, chained by relations."""

import math
import re
from dataclasses import dataclass
from itertools import pairwise

from shared.text.tokens import count_tokens

ENTITY_TOKENS = 75
"""Tokens of a text per entity found in it."""

MISSED_SHARE = 3
"""A second look at a text finds a third as many entities again."""

EXCERPT = 110
"""Characters of the text that a description quotes: a row of about 45 tokens, as models write them."""


@dataclass(frozen=True)
class Entity:
    """A name and the words around it."""

    name: str
    excerpt: str

    @property
    def description(self) -> str:
        """Say where the name stands, in about 35 tokens."""
        return f"{self.name} is named in this part of the text: {self.excerpt}"


@dataclass(frozen=True)
class Relation:
    """Two names that follow each other."""

    source: Entity
    target: Entity

    @property
    def description(self) -> str:
        """Say where the two stand, in about 35 tokens."""
        return f"{self.source.name} stands beside {self.target.name}: {self.target.excerpt}"


@dataclass(frozen=True)
class Findings:
    """Entities in the order of the text and the relations between neighbours."""

    entities: tuple[Entity, ...]
    relations: tuple[Relation, ...]


def found(text: str) -> Findings:
    """Return an entity per 75 tokens (at least one) with different names, each related to the next."""
    return chained(entities(text, entity_count(text), set()))


def found_later(text: str) -> Findings:
    """Return what a second look adds: a third as many, none of the first look's names."""
    known = {each.name for each in found(text).entities}
    return chained(entities(text, math.ceil(entity_count(text) / MISSED_SHARE), known))


def entity_count(text: str) -> int:
    """Return how many entities a text is said to hold."""
    return max(1, math.ceil(count_tokens(text) / ENTITY_TOKENS))


def entities(text: str, count: int, taken: set[str]) -> list[Entity]:
    """Take a name that is not taken from each of `count` parts of equal length; a part without one is passed over."""
    size = max(1, math.ceil(len(text) / count))
    found, used = [], set(taken)
    for start in range(0, len(text), size):
        part = text[start : start + size]
        if name := next((each for each in names(part) if each not in used), ""):
            used.add(name)
            found.append(Entity(name, plain(part)[:EXCERPT]))
    return found


def names(part: str) -> list[str]:
    """Return the words of a part that may be a name: capitalised ones first, long ones first."""
    words = dict.fromkeys(re.findall(r"\w{2,}", part))
    ranked = sorted(words, key=lambda word: (not word[0].isupper(), -len(word)))
    return [word[:24].capitalize() for word in ranked]


def plain(part: str) -> str:
    """Leave out what a format could take for its own signs."""
    return re.sub(r"[^\w ,.;']+", " ", part).strip()


def chained(found: list[Entity]) -> Findings:
    """Relate each entity to the next."""
    return Findings(tuple(found), tuple(Relation(source, target) for source, target in pairwise(found)))
