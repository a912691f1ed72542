"""Any history of inserts, edits and deletions ends in the graph of a rebuild, and the dead never surface again."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from infra.local.sqlite import Database
from shared.domain.documents import Chunk
from shared.domain.extraction import NamedThing, Reading, StatedRelation
from shared.domain.graph import Contribution, EntityType, RelationType
from shared.graph.extract import extract
from shared.graph.gazetteer import Gazetteer
from shared.graph.refine import refined
from shared.services.communities import Communities
from tests.contract.graphs import Ground, edges, id_of, stand
from tests.contract.passages import BASE, READER, document
from tests.workflow.shelf import cells

DOCUMENTS = 12
HEADINGS = ["", "", "Heron Works", "Port Ellery", "织光实验室"]
SENTENCES = [
    "{mark} works for Heron Works in Port Ellery.",
    "The Grey Heron Survey Team (GHST) met {mark} in Port Ellery.",
    "Tern Works, also known as {mark} Works, builds the Tern-3.",
    "Ada Quill founded Heron Works in 2019; {mark} left it.",
    "织光实验室（以下简称织光）位于石峤镇，{mark} 在那里工作。",
    "GHST moved to Tern Island, and Ada Quill was seen by {mark} there.",
]
Texts = tuple[str, tuple[str, ...]]
"""A heading and the passages under it."""


class History:
    """Random operations on one base; `alive` is what its documents hold now, `marks` every name they ever held."""

    def __init__(self, ground: Ground, seed: int) -> None:
        self.ground = ground
        self.choice = random.Random(seed)
        self.alive: dict[str, Texts] = {}
        self.marks: set[str] = set()
        self.communities = Communities(ground.graph, ground.index)

    async def step(self) -> None:
        """Insert, edit or delete one document, and now and then find communities."""
        name = f"{self.choice.randrange(DOCUMENTS)}.md"
        if name in self.alive and self.choice.random() < 0.4:
            del self.alive[name]
            await erase(self.ground, name)
        else:
            self.alive[name] = self.edited(self.alive.get(name))
            await write(self.ground, name, self.alive[name])
        if self.choice.random() < 0.02:
            await self.communities.refresh(BASE)

    def edited(self, before: Texts | None) -> Texts:
        """Make a document, or change a passage or the heading of one."""
        heading, passages = before or ("", ())
        kept = [each for each in passages if self.choice.random() < 0.7]
        fresh = [self.passage() for _ in range(self.choice.randint(1, 2))]
        return self.choice.choice([heading, *HEADINGS]), tuple(dict.fromkeys([*kept, *fresh][-4:]))

    def passage(self) -> str:
        """Write a passage around a name that no other passage holds."""
        mark = "Zq" + "".join(self.choice.choices("bcdfghjklmnp", k=8))
        self.marks.add(mark)
        return " ".join(each.format(mark=mark) for each in self.choice.sample(SENTENCES, self.choice.randint(1, 3)))


async def write(ground: Ground, name: str, texts: Texts) -> None:
    """Take a document in as ingestion does: what is there already is not read again."""
    of, (heading, passages) = document(name), texts
    made = await ground.keep(of, *passages, heading=heading)
    known = await ground.graph.recorded(BASE, [chunk.id for chunk in made])
    gazetteer = Gazetteer(await ground.graph.headings(BASE))
    await ground.graph.record(BASE, [read(chunk, gazetteer) for chunk in made if chunk.id not in known])
    await ground.graph.forget(BASE, of.id, {chunk.id for chunk in made})
    await ground.graph.publish(BASE)


def read(chunk: Chunk, gazetteer: Gazetteer) -> Contribution:
    """Read a chunk by the rules, and every other one by a model as well."""
    rules = extract(chunk, gazetteer)
    if int(chunk.id[0], 16) % 2:
        return rules
    things = (NamedThing("Port Ellery", EntityType.LOCATION), NamedThing("Tern Island", None))
    stated = (StatedRelation("Ada Quill", "Heron Works", RelationType.OWNS, 0.9),)
    return refined(rules, chunk.text, Reading(things, stated))


async def erase(ground: Ground, name: str) -> None:
    """Delete a document as the service does."""
    await ground.index.remove(BASE, document(name).id)
    await ground.graph.forget(BASE, document(name).id)
    await ground.graph.publish(BASE)


async def picture(ground: Ground, marks: set[str]) -> tuple[object, ...]:
    """Return everything a reader can see of the graph, the names of the dead asked for as well."""
    snapshot = await ground.graph.snapshot(BASE)
    ids = sorted({*snapshot.entity_ids, *(id_of(mark.lower()) for mark in marks)})
    names = dict(zip(snapshot.entity_ids, snapshot.entity_names, strict=True))
    entities = await ground.graph.entities(READER, ids)
    return edges(snapshot), names, entities, await ground.graph.relations(READER, ids, 100_000)


async def lived_through(folder: Path, steps: int, seed: int) -> None:
    """Live through a history, rebuild what is alive from scratch, and compare."""
    (ground, database), (fresh, other) = stand(folder / "lived"), stand(folder / "fresh")
    history = History(ground, seed)
    for _ in range(steps):
        await history.step()
    for name in sorted(history.alive):
        await write(fresh, name, history.alive[name])
    assert await picture(ground, history.marks) == await picture(fresh, history.marks)
    await history.communities.refresh(BASE)
    close(database, other)
    holding = " ".join(text for _, text in cells(folder / "lived"))
    texts = " ".join(passage for _, passages in history.alive.values() for passage in passages)
    dead = [mark for mark in history.marks if mark not in texts]
    assert len(dead) > steps / 4
    assert [mark for mark in dead if mark.lower() in holding] == []


def close(*databases: Database) -> None:
    for each in databases:
        each.close()


@pytest.mark.parametrize("seed", [1, 2])
async def test_hundreds_of_operations_end_in_the_graph_of_a_rebuild(tmp_path: Path, seed: int) -> None:
    await lived_through(tmp_path, 250, seed)


@pytest.mark.slow
@pytest.mark.timeout(1800)
async def test_ten_thousand_operations_end_in_the_graph_of_a_rebuild(tmp_path: Path) -> None:
    await lived_through(tmp_path, 10_000, 3)


async def test_a_base_without_and_with_a_single_entity_has_no_community_and_no_relation(tmp_path: Path) -> None:
    ground, database = stand(tmp_path)
    communities = Communities(ground.graph, ground.index)
    await communities.refresh(BASE)
    assert (await picture(ground, set()))[0] == {}
    (chunk,) = await ground.keep(document("one.md"), "Ada Quill slept.")
    await ground.say(document("one.md"), read(replace(chunk, title=""), Gazetteer(())))
    await communities.refresh(BASE)
    _, names, _, relations = await picture(ground, set())
    assert names == {id_of("ada quill"): "Ada Quill"}
    assert relations == []
    assert await ground.graph.communities(READER, [id_of("ada quill")]) == []
    close(database)


async def test_one_name_in_thousands_of_passages_is_one_entity(tmp_path: Path) -> None:
    ground, database = stand(tmp_path)
    birds = ("".join(chr(97 + int(digit)) for digit in str(number)) for number in range(3000))
    passages = tuple(f"Ada Quill saw a bird called {bird} with Ada Quill." for bird in birds)
    await write(ground, "many.md", ("", passages))
    await Communities(ground.graph, ground.index).refresh(BASE)
    (entity,) = await ground.graph.entities(READER, [id_of("ada quill")])
    assert (entity.name, entity.mention_count) == ("Ada Quill", 3000)
    assert await ground.graph.relations(READER, [entity.id], 10) == []
    await erase(ground, "many.md")
    assert await ground.graph.entities(READER, [id_of("ada quill")]) == []
    close(database)
