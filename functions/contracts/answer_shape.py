"""What a caller's JSON schema takes of an answer: any part of the answer and its sources, in the form they have."""

from collections.abc import Mapping
from typing import Any

Shape = str | list["Shape"] | dict[str, "Shape"]
"""A JSON value by its type: the name of a plain one, a list with the shape of its items, properties by name."""

OFFERED: Shape = {
    "answer": "string",
    "sources": [
        {
            "number": "integer",
            "title": "string",
            "page": "integer",
            "quote": "string",
            "document_id": "string",
            "chunk_id": "string",
        }
    ],
}
"""What there is to take."""

KEYWORDS = {"type", "properties", "required", "additionalProperties", "items", "title", "description", "$ref", "$defs"}
"""Keywords that are kept to; a schema with any other asks for something that the answer may not hold."""

DEFINED = "#/$defs/"
"""Where a reference leads to."""


def shape_of(schema: Any, offered: Shape = OFFERED, definitions: Any = None, place: str = "the schema") -> Shape:
    """Return what a schema takes of what is offered. Raises ValueError where it wants what there is not.

    No schema leads deeper than what is offered does, so one that refers to itself is refused like any other.
    """
    definitions = schema.get("$defs") if definitions is None and isinstance(schema, dict) else definitions
    schema = referred(schema, definitions, place)
    if unknown := sorted(schema.keys() - KEYWORDS):
        raise ValueError(f"{place}: {', '.join(unknown)} cannot be kept to")
    if schema.get("type") not in types_of(offered):
        raise ValueError(f"{place}: the type is {types_of(offered)[0]}")
    if isinstance(offered, list):
        return [shape_of(schema.get("items"), offered[0], definitions, f"{place}.items")]
    if isinstance(offered, dict):
        return properties(schema, offered, definitions, place)
    return offered


def properties(schema: dict[str, Any], offered: Mapping[str, Shape], definitions: Any, place: str) -> Shape:
    """Return what an object takes by name."""
    wanted, required = schema.get("properties"), schema.get("required", [])
    if not isinstance(wanted, dict) or not wanted or not isinstance(required, list):
        raise ValueError(f"{place}: an object names its properties")
    if unknown := [str(name) for name in [*wanted, *required] if name not in [*offered] or name not in [*wanted]]:
        raise ValueError(f"{place}: there is no {unknown[0][:64]!r}; there is {', '.join(offered)}")
    return {name: shape_of(part, offered[name], definitions, f"{place}.{name}") for name, part in wanted.items()}


def referred(schema: Any, definitions: Any, place: str) -> dict[str, Any]:
    """Return a schema, or the one that it refers to."""
    if isinstance(schema, dict) and isinstance(name := schema.get("$ref"), str):
        known = definitions if isinstance(definitions, dict) else {}
        schema = known.get(name.removeprefix(DEFINED)) if name.startswith(DEFINED) else None
    if not isinstance(schema, dict) or "$ref" in schema:
        raise ValueError(f"{place}: a schema is expected")
    return schema


def types_of(offered: Shape) -> tuple[str, ...]:
    """Return the types that a schema may call what is offered; the first is its own."""
    match offered:
        case dict():
            return ("object",)
        case list():
            return ("array",)
        case "integer":
            return ("integer", "number")
    return (str(offered),)


def cut_to(value: Any, shape: Shape) -> Any:
    """Return a value without what a shape does not take."""
    if isinstance(shape, dict):
        return {name: cut_to(value[name], part) for name, part in shape.items()}
    return [cut_to(each, shape[0]) for each in value] if isinstance(shape, list) else value
