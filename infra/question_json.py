"""Write a question that everybody may ask as JSON, and read it back."""

from dataclasses import fields
from typing import Any

from shared.domain.access import EVERYONE, BaseKey, Principal, Scope
from shared.domain.answers import Question

PLAIN = tuple(
    each.name
    for each in fields(Question)
    if each.name not in {"principal", "scope", "history", "filters", "style", "use_cache"}
)
"""The fields in which such questions differ; all are texts, numbers and truth values."""


def json_of(question: Question) -> dict[str, Any]:
    """Write a question that nobody in particular asks, of what everybody may read."""
    return {name: getattr(question, name) for name in PLAIN}


def question_of(base: BaseKey, written: dict[str, Any]) -> Question:
    """Read a question; an option that an earlier version did not write has its default."""
    known = {name: written[name] for name in PLAIN if name in written}
    return Question(principal=Principal(base.tenant, ""), scope=Scope(base, frozenset({EVERYONE})), **known)
