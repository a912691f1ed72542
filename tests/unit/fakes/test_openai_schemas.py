"""What the loopback server takes for a form of an answer, as the real service does."""

import json
from typing import Any

import httpx
import pytest

from infra.openai_compatible.rows import ROWS_FORMAT
from tests.fakes.openai_schemas import DEEPEST, MOST_PROPERTIES, format_complaint, held_to
from tests.fakes.openai_server import KEY, OpenAIServer

MESSAGES = [{"role": "user", "content": "Who leads? Write json."}]
TEXT = {"type": "string"}


def thing(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a strict object."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        **more,
    }


def form(schema: Any, **more: Any) -> dict[str, Any]:
    """Return a form that asks for a schema."""
    return {"type": "json_schema", "json_schema": {"name": "a", "strict": True, "schema": schema, **more}}


def nested(levels: int) -> dict[str, Any]:
    """Return objects within each other."""
    return thing({"a": nested(levels - 1) if levels > 1 else TEXT})


@pytest.mark.parametrize(
    "accepted",
    [
        {"type": "text"},
        {"type": "json_object"},
        ROWS_FORMAT,
        form(thing({"a": {**TEXT, "enum": ["b"], "description": "c"}, "d": {"type": "array", "items": TEXT}})),
        form(nested(DEEPEST)),
        form(thing({f"p{place}": TEXT for place in range(MOST_PROPERTIES)})),
    ],
)
def test_a_form_that_can_be_kept_to_is_taken(accepted: dict[str, Any]) -> None:
    assert format_complaint(accepted, MESSAGES) == ""


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        ({"type": "yaml"}, "unknown form"),
        ({}, "unknown form"),
        ({"type": "text", "strict": True}, "unknown form"),
        ({"type": "json_schema"}, "unknown form"),
        ({"type": "json_schema", "json_schema": {}, "strict": True}, "unknown form"),
        (form(thing({"a": TEXT}), name="two words"), "name"),
        (form(thing({"a": TEXT}), name="x" * 65), "name"),
        (form(thing({"a": TEXT}), title="A"), "unknown fields"),
        (form(thing({"a": TEXT}), strict=False), "strict"),
        (form("object"), "an object is expected"),
        (form({"type": "array", "items": TEXT}), "root"),
        (form(thing({"a": TEXT}, additionalProperties=True)), "additionalProperties"),
        (form({"type": "object", "properties": {"a": TEXT}, "required": ["a"]}), "additionalProperties"),
        (form(thing({"a": TEXT}, required=[])), "required"),
        (form(thing({"a": TEXT}, required=["a", "b"])), "required"),
        (form(thing({"a": thing({"b": TEXT}, additionalProperties=True)})), "().a: 'additionalProperties'"),
        (form({"type": "object", "additionalProperties": False}), "properties are missing"),
        (form(thing({"a": {**TEXT, "pattern": "x"}})), "not supported: ['pattern']"),
        (form(thing({"a": {"type": "array", "items": TEXT, "maxItems": 3}})), "not supported: ['maxItems']"),
        (form(thing({"a": {"type": "array"}})), "().a.items: a type is missing"),
        (form(thing({"a": {"type": "date"}})), "unknown"),
        (form(nested(DEEPEST + 1)), "levels"),
        (form(thing({f"p{place}": TEXT for place in range(MOST_PROPERTIES + 1)})), "more than 100 properties"),
    ],
)
def test_a_form_that_cannot_be_kept_to_is_refused_in_words(refused: dict[str, Any], why: str) -> None:
    assert why in format_complaint(refused, MESSAGES)


def test_json_without_a_schema_has_to_be_spoken_of() -> None:
    assert "json" in format_complaint({"type": "json_object"}, [{"role": "user", "content": "Who leads?"}])


def test_the_server_refuses_such_a_form_by_its_field() -> None:
    with OpenAIServer() as server:
        for wrong in (form({"type": "object"}), "rows", {"type": "yaml"}):
            response = httpx.post(
                f"{server.base_url}/chat/completions",
                json={"model": "m", "messages": MESSAGES, "response_format": wrong},
                headers={"authorization": f"Bearer {KEY}"},
                timeout=10,
            )
            assert (response.status_code, response.json()["error"]["param"]) == (400, "response_format")
        assert server.requests == []


def test_a_model_that_is_held_to_rows_writes_its_lines_as_strings() -> None:
    assert json.loads(held_to(ROWS_FORMAT, "1|2\nEND")) == {"rows": ["1|2", "END"]}
    assert held_to(ROWS_FORMAT, '{"rows": ["1|') == '{"rows": ["1|'
    assert held_to({"type": "text"}, "1|2") == held_to(None, "1|2") == "1|2"
