"""Write an answer as JSON and read it back."""

from dataclasses import asdict, fields, is_dataclass
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from shared.domain.answers import Answer


def json_of(answer: Answer) -> dict[str, Any]:
    """Write an answer with everything in it."""
    return asdict(answer)


def answer_of(written: dict[str, Any]) -> Answer:
    """Read an answer."""
    answer: Answer = thawed(Answer, written)
    return answer


def thawed(kind: Any, value: Any) -> Any:
    """Return a JSON value as the type it was written from: a dataclass, a tuple of one type, or a plain value."""
    if isinstance(kind, type) and is_dataclass(kind):
        types = types_of(kind)
        return kind(**{each.name: thawed(types[each.name], value[each.name]) for each in fields(kind)})
    if get_origin(kind) is tuple:
        return tuple(thawed(get_args(kind)[0], each) for each in value)
    return kind(value)


@cache
def types_of(kind: Any) -> dict[str, Any]:
    """Return the types of a dataclass's fields."""
    return get_type_hints(kind)


@cache
def shape_of(kind: Any) -> str:
    """Say which fields a type has, all the way down: what was written in one shape cannot be read in another."""
    if isinstance(kind, type) and is_dataclass(kind):
        return f"{kind.__name__}({', '.join(f'{name}: {shape_of(each)}' for name, each in types_of(kind).items())})"
    if get_origin(kind) is tuple:
        return f"({shape_of(get_args(kind)[0])}, ...)"
    return str(kind)
