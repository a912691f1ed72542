"""What models and people say of names, as the graph on Cosmos DB keeps it: faults, ends in between, and moments."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from infra.azure.gremlin.publishing import Publisher
from shared.domain.errors import StoreUnavailable
from shared.domain.graph import AliasMention
from shared.domain.resolution import Band, Verdict, resolution_id
from tests.contract.graph_grounds import OnAzure
from tests.contract.graphs import Ground, contribution, edges, heading, id_of, mention
from tests.contract.passages import BASE, READER, document
from tests.fakes.cosmos_gremlin import PASSING, Fault

HANDBOOK = document("a.md")
LIKELY = (AliasMention("quill", "ada quill", 0.9, "short form"),)
NAMES = (mention("Ada Quill"), mention("Quill"))


async def judged(ground: Ground, verdict: Verdict = Verdict.SAME) -> None:
    """Let a model say something of the two names that are likely one, and publish."""
    (doubt,) = await ground.resolutions.doubts(BASE, 10)
    await ground.resolutions.judge(BASE, [(doubt, verdict)])
    await ground.graph.publish(BASE)


async def rulings(grounds: OnAzure, folder: Path) -> list[object]:
    """Return how many verdicts and how many words of people the graph keeps."""
    server, kept = grounds.server(folder), "g.V().hasLabel('ruling')"
    scripts = [f"{kept}.has('verdict', neq('')).count()", f"{kept}.has('verdict', '').count()"]
    return [row for script in scripts for row in await asyncio.to_thread(grounds.submit, server, script)]


@pytest.mark.parametrize("fault", PASSING)
async def test_a_fault_at_every_second_request_leaves_single_rulings(
    azure_ground: OnAzure, tmp_path: Path, fault: Fault
) -> None:
    async with azure_ground.open(tmp_path) as ground:
        (chunk,) = await ground.keep(HANDBOOK, "one")
        await ground.say(HANDBOOK, contribution(chunk, *NAMES, aliases=LIKELY))
        (doubt,) = await ground.resolutions.doubts(BASE, 10)
        server = azure_ground.server(tmp_path)
        for _ in range(3):
            server.faults.append(fault)
            await ground.resolutions.judge(BASE, [(doubt, Verdict.SAME)])
            server.faults.append(fault)
            await ground.graph.publish(BASE)
            server.faults.append(fault)
            assert await ground.resolutions.undo(READER, resolution_id(BASE, "quill", "ada quill"))
            server.faults.append(fault)
            await ground.graph.publish(BASE)
        server.faults.clear()
        assert await rulings(azure_ground, tmp_path) == [1, 1]
        assert (await ground.graph.snapshot(BASE)).version == 3


async def test_a_verdict_goes_with_its_passage_and_a_persons_word_stays(azure_ground: OnAzure, tmp_path: Path) -> None:
    async with azure_ground.open(tmp_path) as ground:
        (chunk,) = await ground.keep(HANDBOOK, "one")
        await ground.say(HANDBOOK, contribution(chunk, *NAMES, aliases=LIKELY))
        await judged(ground)
        assert await ground.resolutions.undo(READER, resolution_id(BASE, "quill", "ada quill"))
        await ground.graph.publish(BASE)
        assert await rulings(azure_ground, tmp_path) == [1, 1]
        await ground.graph.forget(BASE, HANDBOOK.id)
        await ground.graph.publish(BASE)
        assert await rulings(azure_ground, tmp_path) == [0, 1]


async def test_an_end_after_the_publication_leaves_no_verdict_over_what_is_gone(
    azure_ground: OnAzure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ended(*_: object) -> None:
        raise StoreUnavailable("the process ended here")

    async with azure_ground.open(tmp_path) as ground:
        (chunk,) = await ground.keep(HANDBOOK, "one")
        await ground.say(HANDBOOK, contribution(chunk, *NAMES, aliases=LIKELY))
        await judged(ground)
        await ground.graph.forget(BASE, HANDBOOK.id)
        with monkeypatch.context() as patched:
            patched.setattr(Publisher, "_settle", ended)
            with pytest.raises(StoreUnavailable, match="ended here"):
                await ground.graph.publish(BASE)
        assert (await ground.graph.snapshot(BASE)).version == 3
    assert await rulings(azure_ground, tmp_path) == [1, 0]
    async with azure_ground.open(tmp_path) as ground:
        assert await ground.graph.publish(BASE) == 3
        assert await rulings(azure_ground, tmp_path) == [0, 0]


async def test_a_later_verdict_takes_the_place_of_an_earlier_one(azure_ground: OnAzure, tmp_path: Path) -> None:
    async with azure_ground.open(tmp_path) as ground:
        (chunk,) = await ground.keep(HANDBOOK, "one")
        await ground.say(HANDBOOK, contribution(chunk, *NAMES, aliases=LIKELY))
        (doubt,) = await ground.resolutions.doubts(BASE, 10)
        for verdict, band in ((Verdict.SAME, Band.MERGED), (Verdict.DIFFERENT, Band.APART)):
            await ground.resolutions.judge(BASE, [(doubt, verdict)])
            await ground.graph.publish(BASE)
            (found,) = await ground.resolutions.resolutions(READER, 10)
            assert found.decision.band is band
        assert await rulings(azure_ground, tmp_path) == [1, 0]


async def test_a_verdict_over_a_passage_that_is_about_to_go_is_let_go(azure_ground: OnAzure, tmp_path: Path) -> None:
    async with azure_ground.open(tmp_path) as ground:
        (chunk,) = await ground.keep(HANDBOOK, "one")
        await ground.say(HANDBOOK, contribution(chunk, *NAMES, aliases=LIKELY))
        (doubt,) = await ground.resolutions.doubts(BASE, 10)
        await ground.graph.forget(BASE, HANDBOOK.id)
        await ground.resolutions.judge(BASE, [(doubt, Verdict.SAME)])
        assert await rulings(azure_ground, tmp_path) == [0, 0]


async def test_a_decision_keeps_the_moment_since_which_it_is_what_it_is(azure_ground: OnAzure, tmp_path: Path) -> None:
    now = [1_767_323_045.5]
    async with azure_ground.open(tmp_path, 0, lambda: now[0]) as ground:
        (chunk,) = await ground.keep(HANDBOOK, "one")
        moments = []
        for says in (LIKELY, (replace(LIKELY[0], score=0.91),), (replace(LIKELY[0], score=0.95),)):
            await ground.say(HANDBOOK, contribution(chunk, *NAMES, aliases=says))
            (found,) = await ground.resolutions.resolutions(READER, 10)
            moments.append(found.decided_at.timestamp() - 1_767_323_045)
            now[0] += 60
    assert moments == [0, 0, 120]


@pytest.mark.parametrize("file", ["contributions.json.gz", "decisions.json.gz"])
async def test_where_a_file_for_publishers_is_lost_the_graph_itself_is_read(
    azure_ground: OnAzure, tmp_path: Path, file: str
) -> None:
    async with azure_ground.open(tmp_path) as ground:
        old, new = await ground.keep(HANDBOOK, "The Night Heron Colony grew.", "It nests.", heading="")
        said = contribution(new, heading("Night Heron Colony"), aliases=LIKELY)
        await ground.say(HANDBOOK, contribution(old, *NAMES), said)
        await judged(ground)
        before = edges(await ground.graph.snapshot(BASE))
        decisions = await ground.resolutions.resolutions(READER, 10)
    (lost,) = folder_files(tmp_path, file)
    lost.unlink()
    async with azure_ground.open(tmp_path) as ground:
        (more,) = await ground.keep(document("b.md"), "Bo")
        await ground.say(document("b.md"), contribution(more, mention("Bo")))
        after = edges(await ground.graph.snapshot(BASE))
        assert await ground.resolutions.resolutions(READER, 10) == decisions
    assert after == before | {(more.id, id_of("bo")): 1.0}


def folder_files(folder: Path, name: str) -> list[Path]:
    """Return the files of a name, wherever they stand."""
    return list(folder.rglob(name))


async def test_what_two_processes_say_at_once_is_kept(azure_ground: OnAzure, tmp_path: Path) -> None:
    stated = AliasMention("hrs", "heron rescue society", 0.95, "acronym")
    society = (mention("HRS"), mention("Heron Rescue Society"))
    async with azure_ground.open(tmp_path) as first, azure_ground.open(tmp_path) as second:
        (chunk,) = await first.keep(HANDBOOK, "one")
        await first.say(HANDBOOK, contribution(chunk, *NAMES, *society, aliases=(*LIKELY, stated)))
        (doubt,) = await first.resolutions.doubts(BASE, 10)
        said = first.resolutions.judge(BASE, [(doubt, Verdict.SAME)])
        await asyncio.gather(said, second.resolutions.undo(READER, resolution_id(BASE, stated.alias, stated.key)))
        await asyncio.gather(first.graph.publish(BASE), second.graph.publish(BASE))
        for ground in (first, second):
            found = [each.decision for each in await ground.resolutions.resolutions(READER, 10)]
            assert {(each.alias, each.band) for each in found} == {("quill", Band.MERGED), ("hrs", Band.APART)}
    assert await rulings(azure_ground, tmp_path) == [1, 1]
