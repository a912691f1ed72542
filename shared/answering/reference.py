"""Find what a further ask refers back to: "that plant" is the plant that the first statement names."""

import re

from shared.answering.names import HAN
from shared.text.terms import index_terms

BACK = re.compile(
    r"\b(?:that|this|these|those|the same) (?P<en>[a-z]+)"
    rf"|(?:这|该|那|此)(?:[家个位款种条项座次台批份])?(?P<zh>{HAN}{{2}})",
    re.IGNORECASE,
)
TELLING = f"(?:(?![的由是为在与和及被从到向对于]){HAN})"
"""A character of a name, as opposed to one that stands before names."""


def referents(ask: str, said: str) -> frozenset[str]:
    """Return the terms of the names in what was said that are of the sort the ask refers back to; often none."""
    found: set[str] = set()
    for match in BACK.finditer(ask):
        if match.group("zh"):
            names = re.findall(rf"{TELLING}{{2,10}}{re.escape(match.group('zh'))}", said)
        else:
            names = re.findall(rf"(?<!\w)((?:[A-Z][\w'-]+ )+){re.escape(match.group('en'))}\b", said)
        found.update(term for name in names for term in index_terms(name) if len(term) > 1)
    return frozenset(found)
