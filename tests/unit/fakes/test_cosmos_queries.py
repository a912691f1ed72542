"""The stand-in for Cosmos DB answers the queries that it knows, and refuses every other."""

from typing import Any

import pytest

from tests.fakes.cosmos.items import ContainerItems
from tests.fakes.cosmos.queries import page
from tests.fakes.cosmos.refused import Refused
from tests.fakes.cosmos.sql import read_query

SETTINGS = {
    "partitionKey": {"paths": ["/partition"]},
    "indexingPolicy": {"includedPaths": [{"path": "/place/?"}]},
}


@pytest.fixture
def items() -> ContainerItems:
    made = ContainerItems(SETTINGS, lambda: 0.0)
    for partition, name, place in (("p", "a", 3), ("p", "b", 1), ("p", "c", 2), ("q", "d", 4)):
        made.create(partition, {"id": name, "partition": partition, "place": place, "labels": [name, "all"]})
    return made


def names(items: ContainerItems, text: str, partition: str | None = "p", **values: Any) -> list[str]:
    parameters = [{"name": f"@{name}", "value": value} for name, value in values.items()]
    found, token = page(items, partition, {"query": text, "parameters": parameters}, 100, None)
    assert token is None
    return [each["id"] for each in found]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("c.place > 1", ["a", "c"]),
        ("c.place >= 1 AND NOT c.place = 3", ["b", "c"]),
        ("c.place = 1 OR c.place = 2", ["b", "c"]),
        ("c.id IN ('a', 'c', 'x')", ["a", "c"]),
        ("ARRAY_CONTAINS(c.labels, 'b')", ["b"]),
        ("IS_DEFINED(c.place) AND NOT IS_DEFINED(c.missing)", ["a", "b", "c"]),
        ("c.missing > 1", []),
        ("c.missing != 1", []),
        ("c.missing = 1 OR c.place = 3", ["a"]),
        ("c.place > '1'", []),
        ("(c.place - 1) * 2 + -1 >= 3", ["a"]),
    ],
)
def test_a_filter_finds_what_it_is_true_of(items: ContainerItems, condition: str, expected: list[str]) -> None:
    assert names(items, f"SELECT * FROM c WHERE {condition}") == expected


def test_a_value_that_looks_like_a_query_is_a_value(items: ContainerItems) -> None:
    assert names(items, "SELECT * FROM c WHERE c.id = @id", id="' OR c.place > 0 --") == []
    assert names(items, "SELECT * FROM c WHERE c.id = @id", id="a") == ["a"]


def test_a_projection_shows_what_it_names_and_leaves_out_what_is_missing(items: ContainerItems) -> None:
    found, _ = page(items, "p", {"query": "SELECT c.id, c.missing FROM c WHERE c.place = 1"}, 10, None)
    assert found == [{"id": "b"}]


def test_pages_go_on_where_the_last_one_ended_whatever_went_meanwhile(items: ContainerItems) -> None:
    body = {"query": "SELECT c.id FROM c ORDER BY c.place"}
    first, token = page(items, "p", body, 2, None)
    items.delete("p", "b")
    second, end = page(items, "p", body, 2, token)
    assert (first, second, end) == ([{"id": "b"}, {"id": "c"}], [{"id": "a"}], None)


def test_pages_run_backwards_where_the_query_says_so(items: ContainerItems) -> None:
    body = {"query": "SELECT c.id FROM c ORDER BY c.place DESC"}
    first, token = page(items, "p", body, 2, None)
    second, end = page(items, "p", body, 2, token)
    assert (first, second, end) == ([{"id": "a"}, {"id": "c"}], [{"id": "b"}], None)


def test_a_query_over_all_partitions_has_no_order(items: ContainerItems) -> None:
    assert names(items, "SELECT * FROM c WHERE c.place > 2", partition=None) == ["a", "d"]
    with pytest.raises(Refused) as refused:
        names(items, "SELECT * FROM c ORDER BY c.place", partition=None)
    assert (refused.value.status, refused.value.substatus) == (400, 1004)


def test_an_order_needs_an_index(items: ContainerItems) -> None:
    assert names(items, "SELECT * FROM c ORDER BY c.place") == ["b", "c", "a"]
    with pytest.raises(Refused):
        names(items, "SELECT * FROM c ORDER BY c.id")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SELECT",
        "SELECT * FROM d",
        "SELECT * FROM c WHERE",
        "SELECT * FROM c WHERE c.a = ",
        "SELECT * FROM c WHERE (c.a = 1",
        "SELECT * FROM c WHERE c.order = 1",
        "SELECT * FROM c WHERE c.a = 'open",
        "SELECT * FROM c WHERE SLEEP(c.a)",
        "SELECT * FROM c WHERE ARRAY_CONTAINS(c.a)",
        "SELECT * FROM c LIMIT 1",
        "SELECT * FROM c; DELETE",
    ],
)
def test_what_is_no_query_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        read_query(text)
    assert refused.value.status == 400


def test_a_parameter_without_a_value_and_a_token_that_is_none_are_refused(items: ContainerItems) -> None:
    with pytest.raises(Refused):
        names(items, "SELECT * FROM c WHERE c.id = @id")
    with pytest.raises(Refused):
        page(items, "p", {"query": "SELECT * FROM c"}, 10, "not a token")
