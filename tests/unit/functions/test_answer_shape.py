"""What schemas of callers take of an answer, and which are refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.contracts.answer_shape import OFFERED, cut_to, shape_of

TEXT, COUNT = {"type": "string"}, {"type": "integer"}
SOURCE = {"number": 1, "title": "a", "page": 2, "quote": "b", "document_id": "c", "chunk_id": "d"}
ANSWER = {"answer": "It is [1].", "sources": [SOURCE, SOURCE]}


def thing(properties: Any, **more: Any) -> dict[str, Any]:
    """Return the schema of an object."""
    return {"type": "object", "properties": properties, **more}


def listed(properties: Any) -> dict[str, Any]:
    """Return the schema of a list of sources."""
    return thing({"sources": {"type": "array", "items": thing(properties)}})


@pytest.mark.parametrize(
    ("schema", "taken"),
    [
        (thing({"answer": TEXT}), {"answer": "It is [1]."}),
        (thing({"answer": TEXT}, required=["answer"], additionalProperties=False), {"answer": "It is [1]."}),
        (thing({"answer": {**TEXT, "title": "A", "description": "B"}}, title="C"), {"answer": "It is [1]."}),
        (listed({"page": COUNT, "title": TEXT}), {"sources": [{"page": 2, "title": "a"}] * 2}),
        (listed({"page": {"type": "number"}}), {"sources": [{"page": 2}] * 2}),
        (
            thing(
                {"sources": {"type": "array", "items": {"$ref": "#/$defs/S"}}},
                **{"$defs": {"S": thing({"quote": TEXT})}},
            ),
            {"sources": [{"quote": "b"}] * 2},
        ),
        ({"$ref": "#/$defs/T", "$defs": {"T": thing({"answer": TEXT})}}, {"answer": "It is [1]."}),
    ],
)
def test_a_schema_takes_what_it_names(schema: dict[str, Any], taken: object) -> None:
    assert cut_to(ANSWER, shape_of(schema)) == taken


def test_everything_can_be_taken() -> None:
    assert cut_to(ANSWER, OFFERED) == ANSWER


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        (None, "a schema is expected"),
        ({}, "the type is object"),
        ([], "a schema is expected"),
        ({"type": "array", "items": TEXT}, "the type is object"),
        ({"type": ["object"], "properties": {"answer": TEXT}}, "the type is object"),
        (thing({}), "names its properties"),
        ({"type": "object"}, "names its properties"),
        (thing({"answer": TEXT}, required="answer"), "names its properties"),
        (thing({"capital": TEXT}), "there is no 'capital'; there is answer, sources"),
        (thing({"answer": TEXT}, required=["answer", "sources"]), "there is no 'sources'"),
        (thing({"answer": TEXT}, required=[["answer"]]), "there is no"),
        (thing({"answer": COUNT}), "the schema.answer: the type is string"),
        (thing({"answer": {**TEXT, "enum": ["yes", "no"]}}), "enum cannot be kept to"),
        (thing({"answer": {"anyOf": [TEXT, {"type": "null"}]}}), "anyOf cannot be kept to"),
        (thing({"sources": {"type": "array"}}), "the schema.sources.items: a schema is expected"),
        (listed({"page": TEXT}), "the schema.sources.items.page: the type is integer"),
        ({"$ref": "#/$defs/T"}, "a schema is expected"),
        ({"$ref": "#/$defs/T", "$defs": []}, "a schema is expected"),
        ({"$ref": "https://example.org/T", "$defs": {"T": thing({"answer": TEXT})}}, "a schema is expected"),
        ({"$ref": "#/$defs/T", "$defs": {"T": {"$ref": "#/$defs/T"}}}, "a schema is expected"),
        (
            {
                "$ref": "#/$defs/T",
                "$defs": {"T": thing({"sources": {"type": "array", "items": {"$ref": "#/$defs/T"}}})},
            },
            "there is no 'sources'",
        ),
    ],
)
def test_a_schema_of_what_there_is_not_is_refused_in_words(schema: Any, why: str) -> None:
    with pytest.raises(ValueError, match=r".+") as refused:
        shape_of(schema)
    assert why in str(refused.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["object", "array", "string", "answer", "#/$defs/a"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "properties", "items", "$ref", "$defs", "required", "answer"]), inner
        )
    ),
)


@given(JSON)
def test_no_schema_breaks_the_reader(schema: Any) -> None:
    try:
        shape = shape_of(schema)
    except ValueError:
        return
    assert cut_to(ANSWER, shape).keys() <= ANSWER.keys()
