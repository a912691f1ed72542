"""Both grounds decide the same about names, whatever happened before, and show the same of it to every reader."""

import asyncio
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.documents import Chunk
from shared.domain.graph import AliasMention, Contribution, EntityType
from shared.domain.resolution import Verdict
from tests.contract.graph_grounds import OnAzure, OnSqlite
from tests.contract.graphs import Ground, contribution, edges, id_of, mention
from tests.contract.passages import BASE, CREW, READER, document

NAMES = {
    "full": ["Ada Quill", "Quill"],
    "short": ["Quill", "Bo Quill"],
    "accent": ["São Paulo"],
    "bare": ["Sao Paulo", "Paulo Sao"],
    "stated": ["Heron Rescue Society", "HRS"],
    "relief": ["HRS", "Heron Relief"],
}
SAID = {
    "stated": [AliasMention("hrs", "heron rescue society", 0.95, "acronym")],
    "relief": [AliasMention("hrs", "heron relief", 0.93, "short form")],
}
KEYS = sorted({name.lower() for names in NAMES.values() for name in names})
Step = tuple[str, str, frozenset[str], bool, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["write", "write", "write", "delete", "judge", "undo"]),
        st.sampled_from("ab"),
        st.frozensets(st.sampled_from(sorted(NAMES)), min_size=1, max_size=3),
        st.booleans(),
        st.integers(0, 5),
    ),
    min_size=1,
    max_size=6,
)


def test_any_history_is_decided_alike(azure_ground: OnAzure) -> None:
    @settings(max_examples=12, deadline=None)
    @given(steps=STEPS)
    def lives(steps: list[Step]) -> None:
        folder = Path(mkdtemp())
        asyncio.run(compare(azure_ground, folder, steps))
        rmtree(folder)

    lives()


async def compare(on_azure: OnAzure, folder: Path, steps: list[Step]) -> None:
    """Live through the steps on both grounds, and look at them after each."""
    async with OnSqlite().open(folder / "sqlite") as embedded, on_azure.open(folder / "azure") as azure:
        for step in steps:
            for ground in (embedded, azure):
                await apply(ground, step)
                await ground.graph.publish(BASE)
            assert await picture(azure) == await picture(embedded)


async def apply(ground: Ground, step: Step) -> None:
    """Write a document as ingestion does, delete it, let a model judge what waits, or undo a decision."""
    what, name, texts, is_open, place = step
    of = document(name) if is_open else document(name, "group:crew")
    if what == "write":
        made = await ground.keep(of, *sorted(texts))
        known = await ground.graph.recorded(BASE, [each.id for each in made])
        await ground.graph.record(BASE, [read(each) for each in made if each.id not in known])
        await ground.graph.forget(BASE, of.id, [each.id for each in made])
    elif what == "delete":
        await ground.index.remove(BASE, of.id)
        await ground.graph.forget(BASE, of.id)
    elif what == "judge":
        waiting = await ground.resolutions.doubts(BASE, place)
        said = [*Verdict][place % 3]
        await ground.resolutions.judge(BASE, [(each, said) for each in waiting])
    elif known_to_all := await ground.resolutions.resolutions(READER, 50):
        assert await ground.resolutions.undo(READER, known_to_all[place % len(known_to_all)].id)


def read(chunk: Chunk) -> Contribution:
    """Read a text, which stands for the names of one chunk."""
    named = [mention(name, EntityType.PERSON if "uill" in name else EntityType.CONCEPT) for name in NAMES[chunk.text]]
    return contribution(chunk, *named, aliases=tuple(SAID.get(chunk.text, ())))


async def picture(ground: Ground) -> object:
    """Return all that readers see of names, and what waits for a model."""
    ids = [id_of(key) for key in KEYS]
    seen = []
    for scope in (READER, CREW):
        decisions = [(each.id, each.decision) for each in await ground.resolutions.resolutions(scope, 50)]
        entities = {each.id: each for each in await ground.graph.entities(scope, ids)}
        seen.append((decisions, await ground.resolutions.same_as(scope, ids, 50), entities))
    return seen, edges(await ground.graph.snapshot(BASE)), await ground.resolutions.doubts(BASE, 50)
