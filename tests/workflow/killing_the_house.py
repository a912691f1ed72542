"""A process that kills a whole house at one write after the other, starts it again, and tells what is different then.

`python -m tests.workflow.killing_the_house FOLDER SCENE COUNT` prints one JSON line per kill, at COUNT kills spread
over the scene's writes (0: all). Each house is a fork, so that a hundred kills do not cost a hundred starts of Python.
Of the scene `read` it tells too which passages the model was shown again though their reading was kept before the kill,
how many calls there were beyond an undisturbed house's, and how many of them only the sweep could book.
"""

import asyncio
import importlib
import json
import shutil
import signal
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from time import time
from typing import Any

import httpx

from infra.local.etag import etag_of
from infra.local.ledger import SqliteLedger
from infra.local.sqlite import Database
from shared.domain.access import BaseKey
from shared.domain.documents import document_id
from shared.graph import packs
from shared.services import staging
from shared.services.spend import HOLD_SECONDS
from shared.settings import Settings
from tests.fakes.openai_server import KEY
from tests.functions.conftest import served
from tests.workflow.deadly_writes import Doom, arrange
from tests.workflow.house_state import HELD, UNFINISHED, differences, state
from tests.workflow.killing import in_child
from tests.workflow.polling import until
from tests.workflow.reading_model import asked, reading_model

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

PACK_TOKENS = 30
"""Tokens of passages per call of the model, so that a small document takes several."""

READ = """
SELECT c.text FROM extraction_writing w JOIN extraction_support ON writing = w.number JOIN chunk c ON c.id = chunk
WHERE w.text != ''
"""
"""Passages whose reading is kept; the writings without a text say that the graph holds it."""

WAITING = "SELECT document FROM extraction_queue"

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


async def read(api: httpx.AsyncClient, house: Path) -> None:
    response = await api.post("knowledge/index", json={"kb_id": "default"})
    assert response.status_code == 202, response.text


PLAYS: dict[str, Play] = {
    "upload": upload, "edit": edit, "delete": delete, "drop": drop, "vanish": vanish, "read": read
}  # fmt: skip
STARTS_WITH_LIGHTS = ("edit", "delete", "vanish", "read")


@dataclass(frozen=True)
class Scene:
    """What happens in which house. `model` is the URL of the model that reads, or "" where the rules read alone."""

    name: str
    folder: Path
    model: str

    @property
    def start(self) -> Path:
        """The house that the scene begins in."""
        return self.folder / "start"

    @property
    def asked(self) -> list[str]:
        """What the model was shown so far, over all houses."""
        return asked(self.folder / "asked")

    def settings(self, folder: Path) -> Settings:
        """Return the settings of a house of the scene."""
        if not self.model:
            return settings(folder)
        model = {"chat_base_url": self.model, "chat_api_key": KEY, "chat_model": "loopback", "extraction": "model"}
        return replace(settings(folder), **model, chat_input_price=1.0, chat_output_price=2.0)


@dataclass(frozen=True)
class Undisturbed:
    """What a scene took and left where nobody was killed."""

    writes: int
    calls: int
    state: dict[str, Any]


async def prepare(folder: Path, scene: str) -> None:
    """Make the house that a scene begins in; no model reads in it yet."""
    async with served(settings(folder)) as api:
        await api.post("knowledge/bases", json={"name": "Default"})
        await put(api, "quill.md", NEIGHBOUR)
        if scene in STARTS_WITH_LIGHTS:
            await put(api, "lights.md", EDITED if scene == "read" else FIRST)
        await settled(folder / "house")


async def perform(folder: Path, scene: Scene) -> None:
    """Play a scene, unless it was acknowledged before a kill, and wait until the house has come to rest."""
    acknowledged = folder / "acknowledged"
    async with served(scene.settings(folder)) as api:
        if not acknowledged.exists():
            await PLAYS[scene.name](api, folder / "house")
            acknowledged.touch()
        await settled(folder / "house")


def settings(folder: Path) -> Settings:
    return Settings(data_dir=folder / "house", embedder="none", scan_seconds=0.05)


async def settled(house: Path) -> None:
    """Wait until every file was handed over, is a document that is ready, and nothing waits or is under way."""
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
    return query(house / "runs.sqlite", UNFINISHED) or query(house / "knowledge.sqlite", WAITING)


def query(file: Path, statement: str) -> list[Any]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(statement).fetchall()


def kill_once(folder: Path, scene: Scene, number: int, moment: str, wanted: Undisturbed) -> bool:
    """One kill and one recovery; returns whether there was such a write."""
    shutil.copytree(scene.start, folder)
    before = len(scene.asked)

    def doomed() -> None:
        arrange(Doom(number, moment))
        asyncio.run(perform(folder, scene))

    died = in_child(doomed) == -signal.SIGKILL
    acknowledged = (folder / "acknowledged").exists()
    kept, at_death = query(folder / "house/knowledge.sqlite", READ), len(scene.asked)
    resumed = in_child(lambda: asyncio.run(perform(folder, scene)))
    held = len(query(folder / "house/ledger.sqlite", HELD))
    swept = in_child(lambda: asyncio.run(sweep(folder / "house")))
    report = {
        "write": number,
        "moment": moment,
        "died": died,
        "acknowledged": acknowledged,
        "resumed": resumed,
        "kept": len(kept),
        "paid twice": [text for (text,) in kept if any(text in shown for shown in scene.asked[at_death:])],
        "more calls": len(scene.asked) - before - wanted.calls,
        "held": held,
        "swept": swept,
        "differences": differences(state(folder / "house"), wanted.state),
    }
    say(report)
    shutil.rmtree(folder)
    return died


async def sweep(house: Path) -> None:
    """Book what a house that died still holds, as its timer does in the end."""
    database = Database(house / "ledger.sqlite")
    await SqliteLedger(database, ()).sweep(time() + HOLD_SECONDS)
    database.close()


def undisturbed(scene: Scene) -> Undisturbed:
    """Play a scene to its end."""
    folder = scene.folder / "undisturbed"
    shutil.copytree(scene.start, folder)
    counted = folder / "writes"

    def counting() -> None:
        doom = Doom(0, "")
        arrange(doom)
        asyncio.run(perform(folder, scene))
        counted.write_text(str(doom.count), encoding="utf-8")

    assert in_child(counting) == 0
    return Undisturbed(int(counted.read_text(encoding="utf-8")), len(scene.asked), state(folder / "house"))


def say(report: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(report) + "\n")
    sys.stdout.flush()


def main(folder: Path, name: str, count: int) -> None:
    staging.BATCH = BATCH
    packs.PACK_TOKENS = packs.MOST_TOKENS = PACK_TOKENS
    for module in ("function_app", "numpy", "sknetwork.clustering", "Stemmer", "openai"):
        importlib.import_module(module)
    with reading_model(folder / "asked") if name == "read" else nullcontext("") as model:
        scene = Scene(name, folder, model)
        assert in_child(lambda: asyncio.run(prepare(scene.start, name))) == 0
        wanted = undisturbed(scene)
        places = [(number, moment) for number in range(1, wanted.writes + 1) for moment in ("before", "after")]
        step = (len(places) // count) | 1 if count else 1  # odd, so that both moments come up
        for number, moment in places[(step - 1) // 2 :: step]:
            kill_once(folder / f"{moment}-{number}", scene, number, moment, wanted)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
