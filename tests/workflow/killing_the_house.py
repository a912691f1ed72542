"""A process that kills a whole house at one write after the other, starts it again, and tells what is different then.

`python -m tests.workflow.killing_the_house FOLDER SCENE COUNT` prints one JSON line per kill, at COUNT kills spread
over the scene's writes (0: all). Each house is a fork, so that a hundred kills do not cost a hundred starts of Python.
"""

import asyncio
import importlib
import json
import shutil
import signal
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx

from infra.local.etag import etag_of
from shared.domain.access import BaseKey
from shared.domain.documents import document_id
from shared.services import staging
from shared.settings import Settings
from tests.functions.conftest import served
from tests.workflow.deadly_writes import Doom, arrange
from tests.workflow.house_state import UNFINISHED, differences, state
from tests.workflow.killing import in_child
from tests.workflow.polling import until

NEIGHBOUR = "# Ada Quill\n\nAda Quill was born in Port Ellery. The Skerry lighthouse stands off Port Ellery.\n"
SECTION = (
    "## {0} lighthouse\n\nThe {0} lighthouse was built by {1} in 19{2}. It uses a Fresnel lens. {1} lives in {0}.\n\n"
)
FIRST = "# Lights\n\n" + "".join(
    SECTION.format(*each)
    for each in (("Skerry", "Ada Quill", 11), ("Gannet", "Ben Orr", 12), ("Tern", "Cleo Marsh", 13))
)
EDITED = FIRST.replace("Ben Orr", "Dora Finch") + SECTION.format("Plover", "Evan Reed", 14)

BASE = BaseKey("local", "default")
LIGHTS = document_id(BASE, "lights.md")
BATCH = 2
"""Chunks per batch, so that a small document has more than one."""

PATIENCE_SECONDS = 30.0

Play = Callable[[httpx.AsyncClient, Path], Awaitable[None]]


async def put(api: httpx.AsyncClient, name: str, text: str) -> None:
    response = await api.post("knowledge/bases/default/documents", files={"file": (name, text.encode())})
    assert response.status_code == 202, response.text


async def upload(api: httpx.AsyncClient, house: Path) -> None:
    await put(api, "lights.md", FIRST)


async def edit(api: httpx.AsyncClient, house: Path) -> None:
    await put(api, "lights.md", EDITED)


async def delete(api: httpx.AsyncClient, house: Path) -> None:
    response = await api.delete(f"knowledge/documents/{LIGHTS}")
    assert response.status_code in (204, 404), response.text


async def drop(api: httpx.AsyncClient, house: Path) -> None:
    incoming = house / "lights.md"
    incoming.write_text(FIRST, encoding="utf-8")
    incoming.rename(house / "documents/local/default/lights.md")


async def vanish(api: httpx.AsyncClient, house: Path) -> None:
    (house / "documents/local/default/lights.md").unlink(missing_ok=True)


PLAYS: dict[str, Play] = {"upload": upload, "edit": edit, "delete": delete, "drop": drop, "vanish": vanish}
STARTS_WITH_LIGHTS = ("edit", "delete", "vanish")


async def prepare(folder: Path, scene: str) -> None:
    """Make the house that a scene begins in."""
    async with served(settings(folder)) as api:
        await api.post("knowledge/bases", json={"name": "Default"})
        await put(api, "quill.md", NEIGHBOUR)
        if scene in STARTS_WITH_LIGHTS:
            await put(api, "lights.md", FIRST)
        await settled(folder / "house")


async def perform(folder: Path, scene: str) -> None:
    """Play a scene, unless it was acknowledged before a kill, and wait until the house has come to rest."""
    acknowledged = folder / "acknowledged"
    async with served(settings(folder)) as api:
        if not acknowledged.exists():
            await PLAYS[scene](api, folder / "house")
            acknowledged.touch()
        await settled(folder / "house")


def settings(folder: Path) -> Settings:
    return Settings(data_dir=folder / "house", embedder="none", scan_seconds=0.05)


async def settled(house: Path) -> None:
    """Wait until every file was handed over, is a document that is ready, and no run is under way."""
    try:
        await until(lambda: not unrest(house), PATIENCE_SECONDS)
    except TimeoutError:
        raise AssertionError(f"the house does not come to rest: {unrest(house)}") from None


def unrest(house: Path) -> Any:
    """Return what is still moving."""
    root = house / "documents"
    present = {file.relative_to(root).as_posix(): etag_of(file.stat()) for file in root.rglob("*.md")}
    seen = dict(query(house / "runs_triggers.db", "SELECT path, etag FROM receipts"))
    listed = dict(query(house / "knowledge.sqlite", "SELECT tenant || '/' || base || '/' || name, state FROM document"))
    if seen != present or listed != dict.fromkeys(present, "ready"):
        return {"files": present, "receipts": seen, "documents": listed}
    return query(house / "runs.sqlite", UNFINISHED)


def query(file: Path, statement: str) -> list[Any]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(statement).fetchall()


def kill_once(folder: Path, start: Path, scene: str, number: int, moment: str, wanted: dict[str, Any]) -> bool:
    """One kill and one recovery; returns whether there was such a write."""
    shutil.copytree(start, folder)

    def doomed() -> None:
        arrange(Doom(number, moment))
        asyncio.run(perform(folder, scene))

    died = in_child(doomed) == -signal.SIGKILL
    acknowledged = (folder / "acknowledged").exists()
    resumed = in_child(lambda: asyncio.run(perform(folder, scene)))
    report = {
        "write": number,
        "moment": moment,
        "died": died,
        "acknowledged": acknowledged,
        "resumed": resumed,
        "differences": differences(state(folder / "house"), wanted),
    }
    say(report)
    shutil.rmtree(folder)
    return died


def undisturbed(folder: Path, start: Path, scene: str) -> tuple[int, dict[str, Any]]:
    """Play a scene to its end; returns how many writes it had and what the house holds then."""
    shutil.copytree(start, folder)
    counted = folder / "writes"

    def counting() -> None:
        doom = Doom(0, "")
        arrange(doom)
        asyncio.run(perform(folder, scene))
        counted.write_text(str(doom.count), encoding="utf-8")

    assert in_child(counting) == 0
    return int(counted.read_text(encoding="utf-8")), state(folder / "house")


def say(report: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(report) + "\n")
    sys.stdout.flush()


def main(folder: Path, scene: str, count: int) -> None:
    staging.BATCH = BATCH
    for module in ("function_app", "numpy", "sknetwork.clustering", "Stemmer"):
        importlib.import_module(module)
    assert in_child(lambda: asyncio.run(prepare(folder / "start", scene))) == 0
    writes, wanted = undisturbed(folder / "undisturbed", folder / "start", scene)
    places = [(number, moment) for number in range(1, writes + 1) for moment in ("before", "after")]
    step = (len(places) // count) | 1 if count else 1  # odd, so that both moments come up
    for number, moment in places[(step - 1) // 2 :: step]:
        kill_once(folder / f"{moment}-{number}", folder / "start", scene, number, moment, wanted)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
