"""Names an answer alike in every process, so that those who share a store find what another kept."""

from dataclasses import fields, is_dataclass
from typing import Any

from infra.answer_json import shape_of
from shared.domain.answer_key import same_for_all
from shared.domain.answers import Answer, Question
from shared.domain.identity import content_id


def answer_name(question: Question, version: int, origin: str) -> str:
    """Name what two questions must share to get the same answer; `origin` says which models and program answer."""
    return content_id(origin, shape_of(Answer), str(version), written(same_for_all(question)))


def written(value: Any) -> str:
    """Write a value with all its fields, sets in order, so that every process writes it alike."""
    if is_dataclass(value):
        return written(tuple(getattr(value, each.name) for each in fields(value)))
    if isinstance(value, frozenset):
        return f"{{{', '.join(sorted(written(each) for each in value))}}}"
    if isinstance(value, tuple):
        return f"({', '.join(written(each) for each in value)})"
    return repr(value)
