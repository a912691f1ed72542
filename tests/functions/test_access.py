"""Who may see and change a knowledge base, over a socket."""

import inspect
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from functions.operation import OPERATIONS
from infra.local.audit import SqliteAuditTrail
from infra.local.command_line.uploading import followed
from shared.domain.audit import AuditEntry
from shared.domain.errors import StoreUnavailable
from tests.functions.signing_in import ADMIN, guarded_house, header_of

HANDBOOK = "knowledge/bases/handbook"


@pytest.fixture
async def guarded(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with guarded_house(tmp_path, sign_up="user") as client:
        yield client


@pytest.fixture
async def owner(guarded: httpx.AsyncClient) -> dict[str, str]:
    """The header of somebody who made the base `handbook`."""
    header = await header_of(guarded, "ada")
    await guarded.post("knowledge/bases", json={"name": "Handbook"}, headers=header)
    return header


async def test_the_description_names_if_match_where_it_is_read(api: httpx.AsyncClient) -> None:
    read = {each.name for each in OPERATIONS if "states_wanted(" in inspect.getsource(each.handler)}
    paths = (await api.get("openapi.json")).json()["paths"]
    described = {
        each["operationId"]
        for methods in paths.values()
        for each in methods.values()
        if ("If-Match", "header") in {(parameter["name"], parameter["in"]) for parameter in each["parameters"]}
    }
    assert described == read == {"change_knowledge_base", "change_document"}


async def id_of(api: httpx.AsyncClient, header: dict[str, str]) -> str:
    """Return the id of whoever has this header."""
    return str((await api.get("me", headers=header)).json()["id"])


async def listed(api: httpx.AsyncClient, header: dict[str, str]) -> list[str]:
    """Return the ids of the bases that somebody sees."""
    return [each["id"] for each in (await api.get("knowledge/bases", headers=header)).json()["items"]]


async def test_what_is_given_changes_and_the_rest_stays(api: httpx.AsyncClient) -> None:
    before = (await api.get("knowledge/bases/default")).json()
    changed = await api.patch("knowledge/bases/default", json={"name": "Crew", "description": "for the crew"})
    assert changed.status_code == 200, changed.text
    assert changed.json() == before | {
        "name": "Crew", "description": "for the crew", "etag": changed.json()["etag"],
        "outdated_documents": 0,
    }  # fmt: skip
    assert (await api.get("knowledge/bases/default")).json() | {"outdated_documents": 0} == changed.json()
    again = await api.patch("knowledge/bases/default", json={})
    assert again.json() == changed.json()


async def test_a_change_of_the_state_one_knows_is_made_and_another_is_refused(api: httpx.AsyncClient) -> None:
    known = await api.get("knowledge/bases/default")
    condition = {"if-match": known.headers["etag"]}
    assert known.headers["etag"] == known.json()["etag"]
    first = await api.patch("knowledge/bases/default", json={"name": "first"}, headers=condition)
    second = await api.patch("knowledge/bases/default", json={"name": "second"}, headers=condition)
    assert (first.status_code, second.status_code) == (200, 412)
    assert second.json()["error"]["code"] == "outdated"
    assert second.json()["error"]["details"]["etag"] == first.headers["etag"] != known.headers["etag"]
    assert (await api.get("knowledge/bases/default")).json()["name"] == "first"


@pytest.mark.parametrize(
    ("value", "status"),
    [("*", 200), ('"other", ETAG', 200), ('"other"', 412), ("W/ETAG", 412), ("bare", 400), ('"open', 400)],
)
async def test_a_condition_is_read_as_http_has_it(api: httpx.AsyncClient, value: str, status: int) -> None:
    etag = (await api.get("knowledge/bases/default")).headers["etag"]
    headers = {"if-match": value.replace("ETAG", etag)}
    changed = await api.patch("knowledge/bases/default", json={"name": "x"}, headers=headers)
    assert changed.status_code == status, changed.text


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"access": ["user:ada", "group:crew.of-2026", "group:理事会"]}, 200),
        ({"access": ["group:" + "x" * 64]}, 200),
        ({"access": [f"user:{number}" for number in range(100)]}, 200),
        ({"access": []}, 400),
        ({"access": ["group:" + "x" * 65]}, 400),
        ({"access": [f"user:{number}" for number in range(101)]}, 400),
        ({"access": ["base"]}, 400),
        ({"access": ["group:"]}, 400),
        ({"access": ["crew"]}, 400),
        ({"access": ["everyone\n"]}, 400),
        ({"access": "everyone"}, 400),
        ({"name": ""}, 400),
        ({"name": "x" * 100, "description": "x" * 2000}, 200),
        ({"name": "x" * 101}, 400),
        ({"description": "x" * 2001}, 400),
    ],
)
async def test_a_change_has_bounds(api: httpx.AsyncClient, change: dict[str, Any], status: int) -> None:
    assert (await api.patch("knowledge/bases/default", json=change)).status_code == status


async def test_its_owner_and_administrators_may_change_a_base_and_readers_may_not(
    guarded: httpx.AsyncClient, owner: dict[str, str]
) -> None:
    reader = await header_of(guarded, "ben")
    assert (await guarded.get(HANDBOOK, headers=reader)).json()["owner"] == await id_of(guarded, owner)
    refused = await guarded.patch(HANDBOOK, json={"name": "mine"}, headers=reader)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "access_denied")
    assert (await guarded.delete(HANDBOOK, headers=reader)).status_code == 403
    assert (await guarded.patch(HANDBOOK, json={"name": "ours"}, headers=owner)).status_code == 200
    assert (await guarded.patch(HANDBOOK, json={"name": "theirs"}, headers=ADMIN)).status_code == 200
    assert (await guarded.delete(HANDBOOK, headers=owner)).status_code == 204


async def test_whom_no_label_names_a_base_is_not_there_for(guarded: httpx.AsyncClient, owner: dict[str, str]) -> None:
    ben, cleo = await header_of(guarded, "ben"), await header_of(guarded, "cleo")
    assert await listed(guarded, ben) == ["handbook"]
    access = [f"user:{await id_of(guarded, cleo)}"]
    assert (await guarded.patch(HANDBOOK, json={"access": access}, headers=owner)).status_code == 200
    assert (await listed(guarded, ben), await listed(guarded, cleo)) == ([], ["handbook"])
    for answer in (
        await guarded.get(HANDBOOK, headers=ben),
        await guarded.patch(HANDBOOK, json={"name": "x"}, headers=ben),
        await guarded.delete(HANDBOOK, headers=ben),
        await guarded.get(f"{HANDBOOK}/documents", headers=ben),
        await guarded.post("rag/query", json={"kb_id": "handbook", "query": "Who?"}, headers=ben),
    ):
        assert answer.status_code == 404, answer.text
    # Whoever may change a base sees it as a thing, to be able to; its documents are for those that its labels name.
    assert (await guarded.get(HANDBOOK, headers=owner)).status_code == 200
    assert (await guarded.get(f"{HANDBOOK}/documents", headers=owner)).status_code == 404
    assert (await guarded.get(f"{HANDBOOK}/documents", headers=cleo)).status_code == 200


DOCUMENTS = f"{HANDBOOK}/documents"
FILE = {"file": ("a.md", b"# Skerry\n\nBuilt by Ada Quill.")}


async def documents_seen(api: httpx.AsyncClient, header: dict[str, str]) -> list[str]:
    """Return the names of the documents that somebody sees listed."""
    return [each["name"] for each in (await api.get(DOCUMENTS, headers=header)).json()["items"]]


async def answered(api: httpx.AsyncClient, header: dict[str, str]) -> bool:
    """Say whether somebody is told what the document says."""
    answer = await api.post("rag/query", json={"kb_id": "handbook", "query": "Who built Skerry?"}, headers=header)
    return "Quill" in answer.text


async def test_the_labels_of_a_document_are_given_with_it_and_changed_later(
    guarded: httpx.AsyncClient, owner: dict[str, str]
) -> None:
    ben, cleo = await header_of(guarded, "ben"), await header_of(guarded, "cleo")
    only = [f"user:{await id_of(guarded, each)}" for each in (owner, cleo)]
    sent = await guarded.post(DOCUMENTS, files=FILE, params={"access": ",".join(only)}, headers=owner)
    assert sent.status_code == 202, sent.text
    address = f"knowledge/documents/{sent.json()['document_id']}"
    guarded.headers.update(owner)
    shown = await followed(guarded, sent.json()["document_id"])
    assert (shown["access"], shown["owner"]) == (sorted(only), await id_of(guarded, owner))
    assert [await documents_seen(guarded, each) for each in (owner, ben, cleo)] == [["a.md"], [], ["a.md"]]
    assert [await answered(guarded, each) for each in (owner, ben, cleo)] == [True, False, True]
    assert (await guarded.get(f"{address}/status", headers=ben)).status_code == 404
    # From the next request on everybody may read it, and then nobody but its owner; what was answered before, too.
    open_to_all = await guarded.patch(address, json={"access": ["everyone"]}, headers=owner)
    assert (open_to_all.status_code, open_to_all.json()["access"]) == (200, ["everyone"])
    assert [await answered(guarded, each) for each in (owner, ben, cleo)] == [True, True, True]
    assert await documents_seen(guarded, ben) == ["a.md"]
    closed = await guarded.patch(address, json={"access": only[:1]}, headers=owner)
    assert closed.status_code == 200
    assert [await answered(guarded, each) for each in (owner, ben, cleo)] == [True, False, False]
    assert [await documents_seen(guarded, each) for each in (owner, ben, cleo)] == [["a.md"], [], []]


async def test_a_document_is_changed_by_its_owner_that_of_its_base_and_administrators(
    guarded: httpx.AsyncClient, owner: dict[str, str]
) -> None:
    ben, cleo = await header_of(guarded, "ben"), await header_of(guarded, "cleo")
    sent = await guarded.post(DOCUMENTS, files=FILE, headers=ben)
    address = f"knowledge/documents/{sent.json()['document_id']}"
    for answer in (
        await guarded.patch(address, json={"access": ["everyone"]}, headers=cleo),
        await guarded.delete(address, headers=cleo),
        await guarded.post(DOCUMENTS, files=FILE, headers=cleo),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "access_denied")
    for header in (ben, owner, ADMIN):
        assert (await guarded.patch(address, json={"access": ["everyone"]}, headers=header)).status_code == 200
        assert (await guarded.post(DOCUMENTS, files=FILE, headers=header)).status_code == 202
    assert (await guarded.delete(address, headers=owner)).status_code == 204


async def test_many_files_at_once_carry_the_labels_of_their_upload_and_take_nobodys_name(
    guarded: httpx.AsyncClient, owner: dict[str, str]
) -> None:
    ben, cleo = await header_of(guarded, "ben"), await header_of(guarded, "cleo")
    label = f"user:{await id_of(guarded, ben)}"
    form = {"data": {"kb_id": "handbook"}, "params": {"access": label}}
    files = [
        ("files", ("a.md", b"# Skerry\n\nBuilt by Ada Quill.")),
        ("files", ("b.md", b"# Gannet\n\nBuilt by Ben Orr.")),
    ]
    sent = await guarded.post("knowledge/upload", files=files, headers=ben, **form)
    assert [each["status"] for each in sent.json()["items"]] == ["received", "received"]
    assert [sorted(await documents_seen(guarded, each)) for each in (ben, cleo)] == [["a.md", "b.md"], []]
    foreign = await guarded.post(
        "knowledge/upload", files=[*files, ("files", ("c.md", b"# Tern"))], headers=cleo, **form
    )
    assert [each["status"] for each in foreign.json()["items"]] == ["refused", "refused", "received"]
    assert {each["reason"] for each in foreign.json()["items"][:2]} == {
        "a document of this name belongs to somebody else"
    }
    assert await documents_seen(guarded, cleo) == []
    refused = await guarded.post(
        "knowledge/upload", files=files, headers=ben, data=form["data"], params={"access": "x"}
    )
    assert refused.status_code == 400


async def test_a_new_version_changes_no_labels(api: httpx.AsyncClient) -> None:
    address = "knowledge/bases/default/documents"
    first = await api.post(address, files=FILE, params={"access": "group:crew,user:local"})
    same = await api.post(address, files=FILE, params={"access": "user:local,group:crew"})
    silent = await api.post(address, files=FILE)
    other = await api.post(address, files=FILE, params={"access": "everyone"})
    assert [each.status_code for each in (first, same, silent, other)] == [202, 202, 202, 409]
    document = await followed(api, first.json()["document_id"])
    assert document["access"] == ["group:crew", "user:local"]


async def test_the_labels_of_a_document_are_changed_where_they_are_as_one_knows_them(api: httpx.AsyncClient) -> None:
    sent = await api.post("knowledge/bases/default/documents", files=FILE)
    address = f"knowledge/documents/{sent.json()['document_id']}"
    known = await api.get(f"{address}/status")
    condition = {"if-match": known.headers["etag"]}
    assert known.headers["etag"] == known.json()["etag"]
    first = await api.patch(address, json={"access": ["user:local"]}, headers=condition)
    second = await api.patch(address, json={"access": ["everyone"]}, headers=condition)
    assert (first.status_code, second.status_code) == (200, 412)
    assert second.json()["error"]["details"]["etag"] == first.headers["etag"]
    assert (await api.get(f"{address}/status")).json()["access"] == ["user:local"]


@pytest.mark.parametrize("access", ["", "crew", "everyone,", "group:a b", ",".join(f"user:{n}" for n in range(101))])
async def test_an_upload_with_labels_that_are_none_is_refused(api: httpx.AsyncClient, access: str) -> None:
    sent = await api.post("knowledge/bases/default/documents", files=FILE, params={"access": access})
    assert (sent.status_code, sent.json()["error"]["code"]) == (400, "bad_request")
    assert (await api.get("knowledge/bases/default/documents")).json()["items"] == []


@pytest.mark.parametrize("body", [{}, {"access": []}, {"access": None}, {"access": ["crew"]}])
async def test_a_change_of_labels_needs_some(api: httpx.AsyncClient, body: dict[str, Any]) -> None:
    sent = await api.post("knowledge/bases/default/documents", files=FILE)
    assert (await api.patch(f"knowledge/documents/{sent.json()['document_id']}", json=body)).status_code == 400


async def test_a_group_opens_a_base_to_those_who_are_in_it_now(
    guarded: httpx.AsyncClient, owner: dict[str, str]
) -> None:
    made = await guarded.post("knowledge/bases", json={"name": "Board", "access": ["group:board"]}, headers=owner)
    assert (made.status_code, made.json()["access"]) == (201, ["group:board"])
    ben = await header_of(guarded, "ben")
    person = f"users/{await id_of(guarded, ben)}"
    assert "board" not in await listed(guarded, ben)
    await guarded.patch(person, json={"groups": ["board"]}, headers=ADMIN)
    assert "board" in await listed(guarded, ben)
    await guarded.patch(person, json={"groups": []}, headers=ADMIN)
    assert "board" not in await listed(guarded, ben)


async def test_a_change_of_labels_is_in_the_audit_trail(guarded: httpx.AsyncClient, owner: dict[str, str]) -> None:
    ada = await id_of(guarded, owner)
    sent = await guarded.post(DOCUMENTS, files=FILE, headers=owner)
    document = f"document/{sent.json()['document_id']}"
    changes = [("base/handbook", ["group:crew", f"user:{ada}"]), (document, ["group:crew"])]
    for about, access in changes:
        for number in range(2):
            # The second time nothing is changed any more.
            header = owner | {"x-request-id": f"change-{number}"}
            address = f"knowledge/{about.replace('base/', 'bases/').replace('document/', 'documents/')}"
            assert (await guarded.patch(address, json={"access": access}, headers=header)).status_code == 200
    assert (await guarded.patch(HANDBOOK, json={"description": "x"}, headers=owner)).status_code == 200
    assert (await guarded.patch(HANDBOOK, json={"access": ["everyone"]}, headers=ADMIN)).status_code == 200
    rows = (await guarded.get("audit", headers=ADMIN)).json()["items"]
    seen = [(each["who"], each["about"], each["labels_before"], each["labels_after"]) for each in rows]
    assert {each["deed"] for each in rows} == {"relabelled"}
    assert seen == [
        *((ada, about, ["everyone"], access) for about, access in changes),
        ("administrator", "base/handbook", changes[0][1], ["everyone"]),
    ]
    assert [each["request_id"] for each in rows[:2]] == ["change-0"] * 2


async def test_what_cannot_be_noted_is_not_changed(
    guarded: httpx.AsyncClient, owner: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(self: SqliteAuditTrail, entry: AuditEntry) -> None:
        raise StoreUnavailable("the disk is full")

    monkeypatch.setattr(SqliteAuditTrail, "note", full)
    refused = await guarded.patch(HANDBOOK, json={"access": ["group:crew"]}, headers=owner)
    assert refused.status_code == 503
    assert (await guarded.get(HANDBOOK, headers=owner)).json()["access"] == ["everyone"]
