"""What a strict OpenAI-compatible server accepts as a form of its answer, and an answer brought into such a form."""

import json
import re
from collections.abc import Iterator
from typing import Any

NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
TYPES = {"string", "number", "integer", "boolean", "object", "array", "null"}
KEYWORDS = {
    "string": {"type", "description", "enum"},
    "number": {"type", "description", "enum"},
    "integer": {"type", "description", "enum"},
    "boolean": {"type", "description", "enum"},
    "null": {"type", "description"},
    "object": {"type", "description", "properties", "required", "additionalProperties"},
    "array": {"type", "description", "items"},
}
"""Keywords that constrained decoding understands by type; Azure OpenAI takes no bounds, patterns or formats."""

DEEPEST, MOST_PROPERTIES = 5, 100
"""Levels of objects and arrays, and properties of a schema altogether."""

Messages = list[dict[str, Any]]


def format_complaint(form: dict[str, Any], messages: Messages) -> str:
    """Say what is wrong with a response_format, "" for nothing."""
    match form:
        case {"type": "text", **rest} if not rest:
            return ""
        case {"type": "json_object", **rest} if not rest:
            speaks = any("json" in each["content"].casefold() for each in messages)
            return "" if speaks else "'messages' must contain the word 'json' in some form"
        case {"type": "json_schema", "json_schema": dict(named), **rest} if not rest:
            return next(complaints(named), "")
    return "unknown form"


def complaints(named: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a schema under its name."""
    if unknown := named.keys() - {"name", "description", "strict", "schema"}:
        yield f"unknown fields: {sorted(unknown)}"
    if not isinstance(named.get("name"), str) or not NAME.fullmatch(named["name"]):
        yield "name: letters, digits, _ and -, at most 64"
    if not isinstance(named.get("schema"), dict):
        yield "schema: an object is expected"
        return
    if named.get("strict") is not True:
        yield "strict: this server keeps to strict schemas alone"
    if named["schema"].get("type") != "object":
        yield "schema: its root is an object"
    yield from within(named["schema"], "()", 1)
    if properties(named["schema"]) > MOST_PROPERTIES:
        yield f"schema: more than {MOST_PROPERTIES} properties"


def within(schema: Any, place: str, depth: int) -> Iterator[str]:
    """Yield what is wrong with a part of a schema."""
    kind = schema.get("type") if isinstance(schema, dict) else None
    if kind not in TYPES:
        yield f"{place}: a type is missing or unknown"
        return
    if unknown := schema.keys() - KEYWORDS[kind]:
        yield f"{place}: keywords that are not supported: {sorted(unknown)}"
    if kind in ("object", "array") and depth > DEEPEST:
        yield f"{place}: more than {DEEPEST} levels"
        return
    if kind == "array":
        yield from within(schema.get("items"), f"{place}.items", depth + 1)
    if kind == "object":
        known = schema.get("properties")
        if not isinstance(known, dict):
            yield f"{place}: properties are missing"
            return
        if schema.get("additionalProperties") is not False:
            yield f"{place}: 'additionalProperties' is required to be supplied and to be false"
        if sorted(schema.get("required") or []) != sorted(known):
            yield f"{place}: 'required' is required to be supplied and to include every key in properties"
        for name, part in known.items():
            yield from within(part, f"{place}.{name}", depth + 1)


def properties(schema: Any) -> int:
    """Count the properties of a schema, all the way down."""
    if not isinstance(schema, dict):
        return 0
    known = schema.get("properties")
    parts = [*known.values()] if isinstance(known, dict) else []
    return len(parts) + sum(map(properties, [*parts, schema.get("items")]))


def schema_of(form: dict[str, Any] | None) -> str:
    """Return the schema of a form as a model reads it, which is paid for, "" where there is none."""
    return json.dumps(form["json_schema"]["schema"]) if form and form.get("type") == "json_schema" else ""


def held_to(form: dict[str, Any] | None, text: str) -> str:
    """Return a text as a model writes it that is held to a schema of one array of strings: its lines as strings.

    A text that begins as an object is the model's own way of keeping to the schema, however far it comes.
    """
    if not schema_of(form) or text.startswith("{"):
        return text
    (name,) = json.loads(schema_of(form))["properties"]
    return json.dumps({name: text.splitlines()}, ensure_ascii=False)
