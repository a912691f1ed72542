"""The graph store over time: any history, any process, nothing left behind."""

import asyncio
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.documents import Chunk
from shared.domain.graph import (
    AliasMention,
    Contribution,
    EntityType,
    MentionSource,
)
from shared.domain.resolution import Decider, Verdict
from tests.contract.graph_grounds import GraphGround
from tests.contract.graphs import Ground, contribution, edges, heading, id_of, mention, relation
from tests.contract.passages import BASE, READER, document

PLACES = ["Grey Heron Bay", "Tern Island", "Night Heron Colony", "鹭岛"]
TEXTS = [
    "Ada rowed to Grey Heron Bay.",
    "Tern Island lies in Grey Heron Bay.",
    "The Night Heron Colony on Tern Island grew.",
    "鹭岛 is north of Tern Island.",
    "Nothing here.",
]
Step = tuple[str, str, frozenset[int], int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["write", "write", "write", "delete", "publish"]),
        st.sampled_from("abc"),
        st.frozensets(st.integers(0, len(TEXTS) - 1), min_size=1, max_size=3),
        st.integers(0, len(PLACES)),
    ),
    max_size=10,
)


def test_any_history_ends_in_the_graph_of_what_is_alive(ground_of_graphs: GraphGround) -> None:
    @settings(max_examples=ground_of_graphs.histories, deadline=None)
    @given(steps=STEPS)
    def lives(steps: list[Step]) -> None:
        folder = Path(mkdtemp())
        asyncio.run(compare(ground_of_graphs, folder, steps))
        rmtree(folder)

    lives()


async def compare(grounds: GraphGround, folder: Path, steps: list[Step]) -> None:
    """Live through the steps, and build what is alive after them anew."""
    async with grounds.open(folder / "lived") as lived, grounds.open(folder / "fresh") as fresh:
        alive: dict[str, Step] = {}
        for step in steps:
            await apply(lived, step)
            alive |= {step[1]: step} if step[0] != "publish" else {}
        for name in sorted(alive):
            await apply(fresh, alive[name])
        ids = [id_of(key) for key in ("ada", "bird", "b.", "quill", "bo quill", *(place.lower() for place in PLACES))]
        assert await picture(lived, ids) == await picture(fresh, ids)


async def apply(ground: Ground, step: Step) -> None:
    """Write a document as ingestion does, delete it, or publish and read."""
    what, name, places, place = step
    of = document(name)
    if what == "publish":
        await ground.graph.publish(BASE)
        await ground.graph.snapshot(BASE)
    elif what == "delete":
        await ground.index.remove(BASE, of.id)
        await ground.graph.forget(BASE, of.id)
    else:
        title = PLACES[place] if place < len(PLACES) else ""
        made = await ground.keep(of, *[TEXTS[each] for each in sorted(places)], heading=title)
        await ground.graph.record(BASE, [extracted(chunk, title, await ground.graph.headings(BASE)) for chunk in made])
        await ground.graph.forget(BASE, of.id, [chunk.id for chunk in made])


def extracted(chunk: Chunk, title: str, known: frozenset[str]) -> Contribution:
    """Read a chunk as extraction does: with the headings that are known by then."""
    headed = [heading(title)] if title else []
    linked = [
        mention(place, EntityType.LOCATION, 0.5, MentionSource.GAZETTEER)
        for place in PLACES
        if place.lower() in known and place in chunk.text
    ]
    said = AliasMention("ada", "bird", 0.95, "stated") if "grew" in chunk.text else None
    text = [mention("Ada"), mention("Ada")] if "Ada" in chunk.text else [mention("Bird")]
    text += [mention("Bo Quill")] if "Tern" in chunk.text else []
    text += [mention("Quill"), mention("Bó Quill")] if "Nothing" in chunk.text else []
    return contribution(
        chunk,
        *headed,
        *linked,
        *text,
        relations=(relation("ada", "bird", 0.3),) if "Heron" in chunk.text else (),
        aliases=(said,) if said else (),
    )


async def picture(ground: Ground, ids: list[str]) -> object:
    """Publish and return everything a reader can see."""
    await ground.graph.publish(BASE)
    snapshot = await ground.graph.snapshot(BASE)
    names = dict(zip(snapshot.entity_ids, snapshot.entity_names, strict=True))
    entities = await ground.graph.entities(READER, ids)
    decisions = [each.decision for each in await ground.resolutions.resolutions(READER, 50)]
    same = await ground.resolutions.same_as(READER, ids, 50)
    return edges(snapshot), names, entities, await ground.graph.relations(READER, ids, 50), decisions, same


async def test_forgetting_leaves_nothing_of_a_document_anywhere(ground_of_graphs: GraphGround, tmp_path: Path) -> None:
    secret, other = document("quetzalcoatlus.md"), document("other.md")
    async with ground_of_graphs.open(tmp_path) as ground:
        (chunk,) = await ground.keep(secret, "pterodactyl nest (PN).", heading="Pterodactyl Nest")
        (linked,) = await ground.keep(other, "A plain text of a Pterodactyl Nest.")
        said = AliasMention("pterosaur", "pterodactyl nest", 0.95, "stated")
        stated = relation("pterodactyl nest", "pterosaur")
        mentions = (heading("Pterodactyl Nest"), mention("Pterosaur"))
        likely = AliasMention("ptero", "pterosaur", 0.8, "short form")
        whole = contribution(chunk, *mentions, mention("Ptero"), relations=(stated,), aliases=(said, likely))
        await ground.say(secret, whole, contribution(linked, mention("A")))
        (doubt,) = await ground.resolutions.doubts(BASE, 10)
        await ground.resolutions.judge(BASE, [(doubt, Verdict.SAME)])
        await ground.graph.publish(BASE)
        (merged, judged) = await ground.resolutions.resolutions(READER, 10)
        assert {merged.decision.decided_by, judged.decision.decided_by} == {Decider.RULE, Decider.MODEL}
        assert await ground.resolutions.undo(READER, merged.id)
        await ground.graph.publish(BASE)
        assert b"pterosaur" in await ground_of_graphs.everything(tmp_path)
        await ground.index.remove(BASE, secret.id)
        (plain,) = await ground.keep(other, "A plain text.")
        await ground.graph.forget(BASE, secret.id)
        await ground.graph.forget(BASE, other.id)
        await ground.say(other, contribution(plain, mention("A")))
        kept = (await ground_of_graphs.everything(tmp_path)).lower()
    traces = (b"ptero", b"quetzal", chunk.id.encode(), secret.id.encode())
    assert [trace for trace in traces if trace in kept] == []


async def test_a_second_process_sees_what_the_first_one_published(
    ground_of_graphs: GraphGround, tmp_path: Path
) -> None:
    handbook = document("a.md")
    async with ground_of_graphs.open(tmp_path) as writer, ground_of_graphs.open(tmp_path) as reader:
        for name in ("Ada", "Bo"):
            (chunk,) = await writer.keep(handbook, f"{name}.")
            await writer.graph.forget(BASE, handbook.id)
            await writer.say(handbook, contribution(chunk, mention(name)))
            assert tuple((await reader.graph.snapshot(BASE)).entity_names) == (name,)
