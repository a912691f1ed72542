"""What the stand-in for the search service takes, refuses and finds."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.fakes.azure_search import API_VERSION, KEY, SearchServer
from tests.fakes.azure_search.server import TOKEN

FIELDS = [
    {"name": "id", "type": "Edm.String", "key": True, "filterable": True, "sortable": True},
    {"name": "tenant", "type": "Edm.String", "filterable": True},
    {"name": "place", "type": "Edm.Int32", "filterable": True, "sortable": True},
    {"name": "access", "type": "Collection(Edm.String)", "filterable": True},
    {"name": "text", "type": "Edm.String", "searchable": True, "analyzer": "en.microsoft"},
    {"name": "secret", "type": "Edm.String", "retrievable": False},
    {
        "name": "embedding",
        "type": "Collection(Edm.Single)",
        "searchable": True,
        "retrievable": False,
        "dimensions": 2,
        "vectorSearchProfile": "p",
    },
]
VECTORS = {"algorithms": [{"name": "a", "kind": "hnsw"}], "profiles": [{"name": "p", "algorithm": "a"}]}
SEMANTIC = {
    "defaultConfiguration": "s",
    "configurations": [
        {"name": "s", "prioritizedFields": {"prioritizedContentFields": [{"fieldName": "text"}]}},
    ],
}
INDEX = {"name": "birds", "fields": FIELDS, "vectorSearch": VECTORS, "semantic": SEMANTIC}
BIRDS = [
    {"id": "1", "tenant": "it's", "place": 1, "access": ["all", "a,b"], "text": "a heron wades", "embedding": [1, 0]},
    {"id": "2", "tenant": "other", "place": 2, "access": ["crew"], "text": "a heron and a crane", "embedding": [0, 1]},
    {"id": "3", "tenant": "other", "place": 3, "access": [], "text": "a stork"},
]


@pytest.fixture
def server() -> Iterator[SearchServer]:
    with SearchServer() as server:
        assert define(server, INDEX).status_code == 201
        assert write(server, BIRDS).status_code == 200
        yield server


def call(server: SearchServer, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
    known = {"api-key": KEY, "content-type": "application/json", "prefer": "return=representation", **headers}
    address = f"{server.endpoint}{path}?api-version={API_VERSION}"
    return httpx.request(method, address, content=json.dumps(body), headers=known)


def define(server: SearchServer, index: dict[str, Any]) -> httpx.Response:
    return call(server, "PUT", f"/indexes('{index['name']}')", index)


def write(server: SearchServer, actions: list[dict[str, Any]]) -> httpx.Response:
    return call(server, "POST", "/indexes('birds')/docs/search.index", {"value": actions})


def ask(server: SearchServer, **query: object) -> httpx.Response:
    return call(server, "POST", "/indexes('birds')/docs/search.post.search", query)


def found(server: SearchServer, **query: object) -> list[str]:
    response = ask(server, **query)
    assert response.status_code == 200, response.text
    return [row["id"] for row in response.json()["value"]]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("tenant eq 'it''s'", ["1"]),
        ("tenant ne 'other'", ["1"]),
        ("not (tenant eq 'other')", ["1"]),
        ("place ge 2 and place lt 3", ["2"]),
        ("place eq 1 or place gt 2", ["1", "3"]),
        ("(place eq 1 or place eq 2) and tenant eq 'other'", ["2"]),
        ("access/any()", ["1", "2"]),
        ("access/any(a: a eq 'crew')", ["2"]),
        ("access/any(a: a eq 'crew' or a eq 'all')", ["1", "2"]),
        ("access/any(a: search.in(a, 'crew,all'))", ["1", "2"]),
        ("access/any(a: search.in(a, 'a,b'))", []),
        ("access/any(a: search.in(a, 'a,b|x', '|'))", ["1"]),
        ("access/any(a: search.in(a, ''))", []),
        ("search.in(id, '1|3', '|')", ["1", "3"]),
    ],
)
def test_a_filter_keeps_what_it_says(server: SearchServer, where: str, expected: list[str]) -> None:
    assert found(server, filter=where, orderby="place") == expected


@pytest.mark.parametrize(
    "where",
    [
        "tenant eq 'it's'",
        "tenant eq other",
        "tenant = 'other'",
        "tenant gt 'a'",
        "place eq '1'",
        "tenant eq 1",
        "unknown eq 'x'",
        "text eq 'x'",
        "tenant eq 'x' and",
        "tenant eq 'x')",
        "(tenant eq 'x'",
        "access eq 'crew'",
        "access/any(a: a ne 'crew')",
        "access/any(a: a eq 'crew' and a eq 'all')",
        "access/all(a: a eq 'crew')",
        "tenant/any(a: a eq 'crew')",
        "search.in(access, 'crew')",
        "search.in(place, '1')",
        "search.in(tenant)",
        "startswith(tenant, 'o')",
        "tenant eq 'x' ; drop",
    ],
)
def test_a_filter_that_is_not_understood_is_refused(server: SearchServer, where: str) -> None:
    assert ask(server, filter=where).status_code == 400


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"search": "herons"}, ["1", "2"]),
        ({"search": "crane heron"}, ["2", "1"]),
        ({"search": "crane heron", "searchMode": "all"}, ["2"]),
        ({"search": "+crane +heron"}, ["2"]),
        ({"search": "-heron"}, ["3"]),
        ({"search": "sto*"}, ["3"]),
        ({"search": "the"}, []),
        ({"search": "*", "orderby": "place desc", "top": 2}, ["3", "2"]),
        ({"search": "*", "orderby": "place", "skip": 2}, ["3"]),
        ({"vectorQueries": [{"kind": "vector", "vector": [2, 1], "k": 5, "fields": "embedding"}]}, ["1", "2"]),
        ({"vectorQueries": [{"kind": "vector", "vector": [2, 1], "k": 1, "fields": "embedding"}]}, ["1"]),
        ({"search": "heron crane", "queryType": "semantic", "semanticConfiguration": "s"}, ["2", "1"]),
    ],
)
def test_words_and_vectors_find_what_they_should_best_first(
    server: SearchServer, query: dict[str, object], expected: list[str]
) -> None:
    assert found(server, **query) == expected


def test_both_together_are_fused_by_rank(server: SearchServer) -> None:
    vector = {"kind": "vector", "vector": [0, 1], "k": 5, "fields": "embedding"}
    assert found(server, search="heron crane", vectorQueries=[vector]) == ["2", "1"]
    rows = ask(server, search="heron crane", vectorQueries=[vector]).json()["value"]
    assert [row["@search.score"] for row in rows] == pytest.approx([2 / 61, 2 / 62])


def test_the_score_of_a_vector_is_one_over_two_less_the_cosine(server: SearchServer) -> None:
    vector = {"kind": "vector", "vector": [3, 4], "k": 5, "fields": "embedding"}
    rows = ask(server, vectorQueries=[vector], select="id", count=True).json()
    assert [row["@search.score"] for row in rows["value"]] == pytest.approx([1 / 1.2, 1 / 1.4])
    assert (rows["@odata.count"], rows["value"][0].keys()) == (2, {"id", "@search.score"})


@pytest.mark.parametrize(
    "query",
    [
        {"serach": "heron"},
        {"search": "heron", "searchFields": "tenant"},
        {"search": "heron", "searchFields": "unknown"},
        {"search": "heron", "select": "unknown"},
        {"search": "heron", "select": "secret"},
        {"search": "heron", "select": "embedding"},
        {"search": "heron", "orderby": "tenant"},
        {"search": "heron", "top": 1001},
        {"search": "heron", "skip": 100_001},
        {"search": "heron", "queryType": "semantic", "semanticConfiguration": "unknown"},
        {"search": "heron", "queryType": "semantic", "orderby": "place"},
        {"search": "*", "queryType": "semantic"},
        {"search": "heron", "queryType": "semantic", "semanticErrorHandling": "never"},
        {"vectorQueries": [{"kind": "vector", "vector": [1, 0, 0], "k": 5, "fields": "embedding"}]},
        {"vectorQueries": [{"kind": "vector", "vector": [1, 0], "k": 5, "fields": "text"}]},
        {"vectorQueries": [{"kind": "vector", "vector": [1, 0], "k": 5, "fields": "embedding", "near": 1}]},
    ],
)
def test_a_query_that_is_not_exactly_right_is_refused(server: SearchServer, query: dict[str, object]) -> None:
    assert ask(server, **query).status_code == 400
    assert server.searches == []


@pytest.mark.parametrize(
    "action",
    [
        {"id": "a/b"},
        {"id": "_a"},
        {"id": "鹭"},
        {"id": ""},
        {"tenant": "x"},
        {"id": "4", "unknown": 1},
        {"id": "4", "place": "1"},
        {"id": "4", "place": 2**31},
        {"id": "4", "tenant": 1},
        {"id": "4", "tenant": "x" * 32_767},
        {"id": "4", "access": None},
        {"id": "4", "access": "crew"},
        {"id": "4", "embedding": [1, 0, 0]},
        {"id": "4", "embedding": [1, None]},
        {"@search.action": "upsert", "id": "4"},
    ],
)
def test_an_action_that_is_not_exactly_right_spoils_its_whole_batch(
    server: SearchServer, action: dict[str, Any]
) -> None:
    assert write(server, [{"id": "5"}, action]).status_code == 400
    assert server.indexes["birds"].kept.keys() == {"1", "2", "3"}


def test_a_batch_beyond_1000_actions_or_16_megabytes_is_refused(server: SearchServer) -> None:
    assert write(server, [{"id": str(n)} for n in range(1000)]).status_code == 200
    assert write(server, [{"id": str(n)} for n in range(1001)]).status_code == 400
    assert write(server, []).status_code == 400
    large = 16 * 1024 * 1024
    assert write(server, [{"id": "1", "text": "x" * (large - 100)}]).status_code == 200
    assert write(server, [{"id": "1", "text": "x" * large}]).status_code == 413


def test_actions_do_what_they_are_called(server: SearchServer) -> None:
    actions = [
        {"@search.action": "merge", "id": "1", "place": 9},
        {"@search.action": "upload", "id": "2", "place": 9},
        {"@search.action": "mergeOrUpload", "id": "4", "place": 9},
        {"@search.action": "delete", "id": "3"},
        {"@search.action": "delete", "id": "unknown"},
    ]
    assert [each["statusCode"] for each in write(server, actions).json()["value"]] == [200, 200, 201, 200, 200]
    kept = server.indexes["birds"].kept
    assert [kept[key]["tenant"] for key in ("1", "2", "4")] == ["it's", None, None]
    missing = write(server, [{"@search.action": "merge", "id": "3", "place": 1}])
    assert (missing.status_code, missing.json()["value"][0]["statusCode"]) == (207, 404)


@pytest.mark.parametrize(
    "headers",
    [{"api-key": "wrong"}, {"authorization": "Bearer old"}, {"api-key": "wrong", "authorization": "Bearer x"}],
)
def test_a_wrong_key_or_token_is_refused(server: SearchServer, headers: dict[str, str]) -> None:
    assert call(server, "GET", "/indexes('birds')", **headers).status_code in (401, 403)


def test_a_request_without_a_key_or_with_another_version_is_refused(server: SearchServer) -> None:
    address = f"{server.endpoint}/indexes('birds')?api-version="
    assert httpx.get(address + API_VERSION).status_code == 401
    assert httpx.get(address + API_VERSION, headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert httpx.get(address + "2020-06-30", headers={"api-key": KEY}).status_code == 400


def test_what_is_not_there_is_404(server: SearchServer) -> None:
    for path in ("/indexes('fish')", "/indexes('birds')/docs", "/other"):
        assert call(server, "GET", path).status_code == 404
    assert call(server, "POST", "/indexes('fish')/docs/search.index", {"value": [{"id": "1"}]}).status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"fields": FIELDS[:-1]},
        {"fields": [*FIELDS[:-1], {**FIELDS[-1], "dimensions": 3}]},
        {"fields": [{**FIELDS[0], "sortable": False}, *FIELDS[1:]]},
        {"fields": [*FIELDS[:4], {**FIELDS[4], "analyzer": "en.lucene"}, *FIELDS[5:]]},
        {"fields": [*FIELDS, {"name": "2bad", "type": "Edm.String"}]},
        {"fields": [*FIELDS, {"name": "other", "type": "Edm.Text"}]},
        {"fields": [*FIELDS, {"name": "other", "type": "Edm.Int32", "searchable": True}]},
        {"fields": [*FIELDS, {"name": "other", "type": "Edm.String", "key": True}]},
        {"fields": [*FIELDS, {**FIELDS[-1], "name": "other", "dimensions": 1}]},
        {"fields": [*FIELDS, {**FIELDS[-1], "name": "other", "filterable": True}]},
        {"fields": [*FIELDS, FIELDS[1]]},
        {"semantic": {"configurations": [{"name": "s", "prioritizedFields": {"titleField": {"fieldName": "id"}}}]}},
        {"vectorSearch": {**VECTORS, "algorithms": [{"name": "b", "kind": "hnsw"}]}},
        {"unknown": 1},
    ],
)
def test_a_change_that_would_need_a_rebuild_or_makes_no_sense_is_refused(
    server: SearchServer, change: dict[str, Any]
) -> None:
    assert define(server, {**INDEX, **change}).status_code == 400


def test_a_field_can_be_added_and_documents_lack_it(server: SearchServer) -> None:
    added = {"name": "other", "type": "Edm.String", "filterable": True}
    assert define(server, {**INDEX, "fields": [*FIELDS, added]}).status_code == 200
    assert found(server, filter="other eq 'x'") == []
    assert ask(server, select="other", filter="place eq 1").json()["value"][0]["other"] is None
    assert write(server, [{"@search.action": "merge", "id": "1", "other": "x"}]).status_code == 200
    assert found(server, filter="other eq 'x'") == ["1"]


def test_faults_come_on_demand(server: SearchServer) -> None:
    server.refusals.append((429, {"retry-after": "7"}))
    refused = ask(server, search="heron")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "7")
    assert ask(server, search="heron").status_code == 200
    server.item_failure = lambda key: 503 if key == "1" else 0
    partly = write(server, [{"@search.action": "delete", "id": "1"}, {"@search.action": "delete", "id": "2"}])
    assert (partly.status_code, [each["status"] for each in partly.json()["value"]]) == (207, [False, True])
    assert server.indexes["birds"].kept.keys() == {"1", "3"}


def test_a_lag_hides_a_write_from_so_many_searches(server: SearchServer) -> None:
    server.lag = 2
    write(server, [{"@search.action": "delete", "id": "1"}])
    assert [found(server, filter="place eq 1") for _ in range(3)] == [["1"], ["1"], []]
