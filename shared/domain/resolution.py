"""What was decided about two names that may be one thing, by whom, and on which grounds."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.domain.access import BaseKey
from shared.domain.identity import content_id


class Band(StrEnum):
    """What becomes of two names: one entity, two beside each other with a SAME_AS edge, or two and no edge."""

    MERGED = "merged"
    SAME_AS = "same_as"
    APART = "apart"


class Decider(StrEnum):
    """Whose word a decision is: a rule about spellings, a text that states it, a model, or a person."""

    RULE = "rule"
    STATEMENT = "statement"
    MODEL = "model"
    PERSON = "person"


class Verdict(StrEnum):
    """What a model says of two names."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Decision:
    """What holds of the keys `alias` and `key`; where they merge, `key` is the canonical one. `score` in [0, 1]."""

    alias: str
    key: str
    score: float
    band: Band
    decided_by: Decider
    reason: str

    @property
    def pair(self) -> tuple[str, str]:
        """The two keys."""
        return self.alias, self.key


@dataclass(frozen=True, slots=True)
class Resolution:
    """A decision as it is kept: under an id made of the two keys, with the moment from which it holds."""

    id: str
    decision: Decision
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class SameAs:
    """The edge between two entities (ids) that may be one; `score` says how likely."""

    source: str
    target: str
    score: float


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two keys in the middle band that no model has judged, each with a chunk that names it."""

    alias: str
    key: str
    alias_chunk: str
    key_chunk: str


def resolution_id(base: BaseKey, alias: str, key: str) -> str:
    """Name the decision about two keys of a base, in whichever order: what was undone is known when it comes back."""
    return content_id("resolution", base.tenant, base.id, *sorted((alias, key)))
