"""A person's whole life in the house: what the export holds of it, and what stays when they have gone."""

import inspect
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, get_args, get_type_hints

import httpx
import numpy as np

import shared.ports
from functions.bootstrap import services
from infra.local.sqlite import Database
from shared.domain.access import Principal
from shared.domain.conversations import Owner
from shared.ports.personal import Erasable
from shared.settings import Settings
from tests.functions.azure_house import Services, azure, blob_service, gremlin, settings
from tests.functions.conftest import put, served
from tests.functions.signing_in import ADMIN, guarded_house, header_of

__all__ = ["azure", "blob_service", "gremlin", "settings"]

MARK = "Pelorus cormorant ledger"
TEXT = f"# Skerry\n\nThe {MARK} of the Skerry lighthouse was written by Ada Quill in 1911.\n"
QUESTION = f"Who wrote the {MARK} of the Skerry lighthouse?"

STAYING = {
    ("identity", "audit"): "rows are never lost, and their ids lead to nobody",
    ("ledger", "tally"): "the count of a day's requests goes by itself",
}
"""Tables that name a person who was erased."""


async def lived(api: httpx.AsyncClient, who: dict[str, str]) -> dict[str, str]:
    """Own a base, upload, ask, converse and rate, and return the ids of what came of it."""
    api.headers.update(who)
    made = await api.post("knowledge/bases", json={"name": "Diary", "description": f"Of the {MARK}."})
    assert made.status_code == 201, made.text
    document = await put(api, "skerry.md", TEXT, "diary")
    assert document["status"] == "ready"
    asked = await api.post("rag/query", json={"kb_id": "diary", "query": QUESTION})
    assert asked.status_code == 200, asked.text
    rating = {"answer_id": asked.json()["answer_id"], "rating": "up", "comment": f"That {MARK}!"}
    assert (await api.post("feedback", json=rating)).status_code == 201
    talk = (await api.post("conversations", json={"kb_id": "diary", "title": f"On the {MARK}"})).json()["id"]
    said = await api.post(f"conversations/{talk}/messages", json={"content": QUESTION})
    assert said.status_code == 200, said.text
    given = {"conversation_id": talk, "message_id": "2", "rating": "down", "comment": f"What {MARK}?"}
    assert (await api.post("feedback", json={**given, "corrected_answer": f"No {MARK}."})).status_code == 201
    await api.patch("knowledge/bases/diary", json={"access": ["everyone", f"user:{(await me(api))['id']}"]})
    return {
        "document": document["document_id"],
        "talk": talk,
        "answer": said.json()["answer"],
        "id": rating["answer_id"],
    }


async def me(api: httpx.AsyncClient) -> Any:
    return (await api.get("me")).json()


def check_export(export: Any, left: dict[str, str]) -> None:
    """Check that an export holds each thing that somebody left."""
    assert [each["id"] for each in export["knowledge_bases"]] == ["diary"]
    assert [each["document_id"] for each in export["documents"]] == [left["document"]]
    (talk,) = export["conversations"]
    assert (talk["id"], talk["title"]) == (left["talk"], f"On the {MARK}")
    question, answer = talk["messages"]
    assert (question["content"], answer["content"]) == (QUESTION, left["answer"])
    assert [each["title"] for each in answer["sources"]] == ["skerry.md"]
    assert answer["rating"] == "down"
    feedback, other = sorted(export["feedback"], key=lambda each: bool(each["answer_id"]))
    assert (other["answer_id"], other["comment"]) == (left["id"], f"That {MARK}!")
    assert [(each["answer_id"], each["kb_id"]) for each in export["answers"]] == [(left["id"], "diary")]
    assert (feedback["comment"], feedback["corrected_answer"]) == (f"What {MARK}?", f"No {MARK}.")
    (counted,) = export["questions"]
    assert (counted["kb_id"], counted["question"]) == ("diary", QUESTION)
    assert "chat" in {each["feature"] for each in export["usage"]}
    assert [each["deed"] for each in export["audit"]] == ["relabelled", "exported"]


async def test_a_life_is_exported_whole_and_its_bytes_go_with_it(tmp_path: Path) -> None:
    async with guarded_house(tmp_path, sign_up="user") as api:
        left = await lived(api, await header_of(api))
        id = (await me(api))["id"]
        check_export((await api.get("me/export")).json(), left)
        assert (await api.delete("me")).status_code == 200
        rows = (await api.get("audit", headers=ADMIN)).json()["items"]
        assert [(each["who"], each["deed"]) for each in rows][-1] == (id, "erased")
    named = {place for place, text in kept(tmp_path / "house") if id in text}
    assert named == set(STAYING)
    assert [place for place, text in kept(tmp_path / "house") if MARK in text] == []
    # What was deleted does not stay in the free pages of a file either.
    assert [each.name for each in holding(tmp_path, MARK)] == []
    assert {each.stem for each in holding(tmp_path, id)} == {file for file, _ in STAYING}


def holding(folder: Path, text: str) -> list[Path]:
    """Return the files that hold the bytes of a text."""
    return [each for each in folder.rglob("*") if each.is_file() and text.encode() in each.read_bytes()]


def kept(folder: Path) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield every row of every file with its place."""
    for file in folder.rglob("*.sqlite"):
        database = Database(file)
        with database.snapshot() as reader:
            tables = [row["name"] for row in reader.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                for row in reader.execute(f"SELECT * FROM {table}"):
                    yield (file.stem, table), "\n".join(map(str, tuple(row)))
        database.close()


async def test_a_life_in_azure_is_exported_whole_and_goes(settings: Settings, azure: Services) -> None:
    azure.models.answer = f"The {MARK} was written by Ada Quill [1]."
    async with served(settings) as api:
        await api.get("startup")
        people = {"email": "ada@heron.example", "password": "correct horse battery", "role": "user"}
        assert (await api.post("users", json=people)).status_code == 201
        token = (await api.post("auth/login", json={key: people[key] for key in ("email", "password")})).json()
        administrator = api.headers["authorization"]
        left = await lived(api, {"authorization": f"Bearer {token['access_token']}"})
        id = (await me(api))["id"]
        export = (await api.get("me/export")).json()
        export["audit"] = [each for each in export["audit"] if each["deed"] != "added"]
        check_export(export, left)
        assert (await api.delete("me")).status_code == 200
        api.headers["authorization"] = administrator
        assert (await api.get("audit")).json()["items"][-1]["deed"] == "erased"
        held = {name: azure.state.items("knowledge", name) for name in azure.state.databases["knowledge"]}
    assert {name for name, items in held.items() if id in str(items)} <= {"audit", "tally"}
    assert [name for name, items in held.items() if MARK in str(items)] == []


async def test_the_base_of_somebody_who_goes_stays_for_the_documents_of_others(tmp_path: Path) -> None:
    async with guarded_house(tmp_path, sign_up="user") as api:
        ada, ben = await header_of(api, "ada"), await header_of(api, "ben")
        id = (await api.get("me", headers=ada)).json()["id"]
        access = ["everyone", f"user:{id}"]
        await api.post("knowledge/bases", json={"name": "Shared", "access": access}, headers=ada)
        for who, name in ((ada, "ada.md"), (ben, "ben.md")):
            api.headers.update(who)
            assert (await put(api, name, TEXT, "shared"))["status"] == "ready"
        assert (await api.delete("me", headers=ada)).status_code == 200
        base = (await api.get("knowledge/bases/shared", headers=ben)).json()
        assert (base["owner"], base["access"]) == ("", ["everyone"])
        listed = (await api.get("knowledge/bases/shared/documents", headers=ben)).json()["items"]
        assert [each["name"] for each in listed] == ["ben.md"]


async def test_every_store_that_can_forget_somebody_is_in_the_list(tmp_path: Path) -> None:
    async with guarded_house(tmp_path):
        house = services()
        traces = house.personal.traces
        assert traces is not None
        listed = list(traces.stores)
        grounds = [house.personal, house.identity, house.usage, house.documents, house.bases, traces]
        able = {id(each) for each in reached(grounds) if erases(each)} - {id(traces)}
    assert able == {id(each) for each in listed}
    assert type(listed[-1]).__name__ == "Account"


def reached(things: list[Any]) -> Iterator[Any]:
    """Yield what the services hold, however deep."""
    seen: dict[int, Any] = {}
    while things:
        thing = things.pop()
        if id(thing) in seen:
            continue
        seen[id(thing)] = thing
        yield thing
        if is_dataclass(thing):
            things += [getattr(thing, each.name) for each in fields(thing)]
        elif isinstance(thing, tuple):
            things += thing


def erases(thing: Any) -> bool:
    """Say whether something forgets an owner."""
    erase = getattr(type(thing), "erase", None)
    return erase is not None and list(inspect.signature(erase).parameters) == ["self", "owner"]


FORGOTTEN = {
    "Conversations", "Messages", "ConversationStore", "FeedbackStore", "RateableAnswers", "AskedQuestions",
    "PopularStore", "PersonalUsage", "Ledger",
}  # fmt: skip
BY_THE_ACCOUNT = {"Users", "Sessions"}
BY_THE_BELONGINGS = {"Catalog", "ChunkIndex"}
OTHERWISE = {
    "AuditTrail": "rows are never lost, and their ids lead to nobody",
    "BudgetLedger": "the ledger as whoever spends sees it, which is a PersonalUsage too",
    "AnswerCache": "answers are kept without who asked, by scope and for a time",
    "Reranker": "keeps nothing",
    "AccessTokens": "keeps nothing",
    "Directory": "knows people of another directory, and keeps none",
}


def test_every_port_that_names_a_person_is_forgotten_or_says_why_not() -> None:
    assert {port.__name__ for port in ports() if names_somebody(port)} == {
        *FORGOTTEN, *BY_THE_ACCOUNT, *BY_THE_BELONGINGS, *OTHERWISE, "Erasable"
    }  # fmt: skip
    assert {port.__name__ for port in ports() if Erasable in port.__mro__} - {"Erasable"} == FORGOTTEN - {
        "Conversations", "Messages", "AskedQuestions"
    }  # fmt: skip


def ports() -> list[type]:
    """Return every port of the house."""
    modules = [import_module(f"shared.ports.{each.name}") for each in iter_modules(shared.ports.__path__)]
    found = {each for module in modules for _, each in inspect.getmembers(module, inspect.isclass)}
    return [each for each in found if each.__module__.startswith("shared.ports") and getattr(each, "_is_protocol", 0)]


VECTORS = {"NDArray": list, "np": np}
"""What the type of vectors is made of; ports do not import it."""


def names_somebody(port: type) -> bool:
    """Say whether a method of a port takes or gives something that names a person."""
    methods = [each for _, each in inspect.getmembers(port, inspect.isfunction) if not each.__name__.startswith("_")]
    return any(tells(kind) for method in methods for kind in get_type_hints(method, localns=VECTORS).values())


def tells(kind: Any) -> bool:
    """Say whether a type is, or holds, somebody's name."""
    if kind in (Owner, Principal):
        return True
    if any(tells(each) for each in get_args(kind)):
        return True
    hints = get_type_hints(kind, localns=VECTORS) if is_dataclass(kind) else {}
    return bool({"owner", "user", "who", "email"} & set(hints)) or any(map(tells, hints.values()))
