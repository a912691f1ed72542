"""What stands between two names, and what it says about them."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from shared.domain.graph import RelationType

FORWARD, PASSIVE = False, True

SECOND_NAME = "\x01"
"""Stands for the second name where a wording goes on behind it: 由 ... 负责."""


class Wording(NamedTuple):
    """A pattern between the first and the second name. A passive one makes the second the relation's source."""

    pattern: str
    type: RelationType
    confidence: float
    is_passive: bool


class Wordings:
    """Several wordings as one pattern; the leftmost wins, and of those at one place the first in order."""

    def __init__(self, wordings: Sequence[Wording], frame: str) -> None:
        """Compile the wordings into a frame that holds "{}" once."""
        self._wordings = {f"w{number}": wording for number, wording in enumerate(wordings)}
        groups = "|".join(f"(?P<{name}>{wording.pattern})" for name, wording in self._wordings.items())
        self._pattern = re.compile(frame.replace("{}", f"(?:{groups})"), re.IGNORECASE)

    def said(self, between: str) -> Wording | None:
        """Return the wording that the words between two names hold, or None."""
        match = self._pattern.search(between)
        return self._wordings[match.lastgroup] if match and match.lastgroup else None
