"""Decisions about names behind the real functions: shown, undone, and undone for good."""

from typing import Any

import httpx

from tests.functions.conftest import put

TEXT = "# Rescue\n\nThe Heron Rescue Society (HRS) was founded by Ada Quill. Quill leads HRS in Port Ellery.\n"


async def decisions(api: httpx.AsyncClient, **query: Any) -> list[dict[str, Any]]:
    """List the decisions of the base."""
    answer = await api.get("knowledge/bases/default/resolutions", params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_decisions_are_listed_with_who_made_them(api: httpx.AsyncClient) -> None:
    await put(api, "rescue.md", TEXT)
    found = {(each["alias"], each["name"]): each for each in await decisions(api)}
    society, quill = found["hrs", "heron rescue society"], found["quill", "ada quill"]
    assert (society["band"], society["decided_by"], society["reason"]) == ("merged", "statement", "acronym")
    assert (quill["band"], quill["decided_by"], quill["reason"]) == ("same_as", "rule", "part of the name")
    assert society["score"] > 0.92 > quill["score"]
    assert society["decided_at"].startswith("20")


async def test_a_decision_is_undone_and_stays_so_when_the_document_comes_back(api: httpx.AsyncClient) -> None:
    document = await put(api, "rescue.md", TEXT)
    (society,) = [each for each in await decisions(api) if each["band"] == "merged"]
    route = f"knowledge/bases/default/resolutions/{society['id']}"
    assert (await api.delete(route)).status_code == 204
    (undone,) = [each for each in await decisions(api) if each["id"] == society["id"]]
    assert (undone["band"], undone["decided_by"]) == ("apart", "person")
    await api.delete(f"knowledge/documents/{document['document_id']}")
    assert await decisions(api) == []
    await put(api, "rescue.md", TEXT)
    assert [each["band"] for each in await decisions(api) if each["id"] == society["id"]] == ["apart"]
    assert (await api.delete(route)).status_code == 204


async def test_what_is_not_there_cannot_be_listed_or_undone(api: httpx.AsyncClient) -> None:
    assert (await api.get("knowledge/bases/nowhere/resolutions")).status_code == 404
    assert (await api.delete("knowledge/bases/nowhere/resolutions/x")).status_code == 404
    answer = await api.delete("knowledge/bases/default/resolutions/unknown")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


async def test_decisions_are_listed_page_by_page(api: httpx.AsyncClient) -> None:
    await put(api, "rescue.md", TEXT)
    every = await decisions(api)
    first = (await api.get("knowledge/bases/default/resolutions", params={"limit": 1})).json()
    rest = (await api.get("knowledge/bases/default/resolutions", params={"after": first["next"]})).json()
    assert first["items"] + rest["items"] == every
    assert rest["next"] == ""


async def test_a_search_shows_what_else_may_be_the_same(api: httpx.AsyncClient) -> None:
    await put(api, "rescue.md", TEXT)
    found = (await api.post("search/graph", json={"query": "Ada Quill"})).json()["graph_context"]
    (edge,) = [each for each in found["relations"] if each["type"] == "SAME_AS"]
    names = {each["id"]: each["name"] for each in found["entities"]}
    assert {names[edge["source"]], names[edge["target"]]} == {"Ada Quill", "Quill"}
    plain = {"query": "Ada Quill", "filters": {"entity_types": ["LOCATION"]}}
    narrowed = (await api.post("search/graph", json=plain)).json()["graph_context"]
    assert [each for each in narrowed["relations"] if each["type"] == "SAME_AS"] == []
