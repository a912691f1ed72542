"""What holds for the graph on Cosmos DB beyond the contract: names, faults, publishers and files."""

import asyncio
from pathlib import Path

import pytest

from infra.azure.gremlin.scripts import MOST_VALUES
from infra.local.files import FolderFiles
from shared.domain.errors import StoreUnavailable
from shared.domain.graph import AliasMention, Community
from shared.ports.files import StoredFile
from tests.contract.graph_grounds import OnAzure
from tests.contract.graphs import Ground, contribution, edges, id_of, mention, relation
from tests.contract.passages import BASE, READER, document
from tests.fakes.cosmos_gremlin import PASSING, Fault

HOSTILE = [
    'O\'Brien "Ada"',
    "a/b\\c",
    "g.V().drop()",
    "'); g.V().drop(); ('",
    "${System.exit(0)}",
    "🦩 夜鹭 \u202e",
    "n" * 1000,
    "line\nbreak\ttab",
    "within(x0, x1)",
    "-",
]
HANDBOOK = document("a.md")


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_name_is_kept_and_found_literally(azure_ground: OnAzure, tmp_path: Path, name: str) -> None:
    async with azure_ground.open(tmp_path) as ground:
        (chunk,) = await ground.keep(HANDBOOK, "one")
        said = contribution(chunk, mention(name), mention("Ada"), relations=(relation(name.lower(), "ada"),))
        await ground.say(HANDBOOK, said)
        (found,) = await ground.graph.entities(READER, [id_of(name.lower())])
        (stated,) = await ground.graph.relations(READER, [id_of(name.lower())], 10)
        assert (found.name, stated.source) == (name, id_of(name.lower()))
        assert name.lower() in (await ground.graph.snapshot(BASE)).entity_index
        assert await counts(azure_ground, tmp_path) == [1, 2, 3]


async def counts(grounds: OnAzure, folder: Path) -> list[object]:
    """Return how many vertices there are of each kind, the base's own aside, and how many edges."""
    server = grounds.server(folder)
    scripts = ["g.V().hasLabel('chunk').count()", "g.V().hasLabel('entity').count()", "g.E().count()"]
    return [row for script in scripts for row in await asyncio.to_thread(grounds.submit, server, script)]


@pytest.mark.parametrize("fault", PASSING)
async def test_a_fault_at_every_second_request_leaves_single_writes(
    azure_ground: OnAzure, tmp_path: Path, fault: Fault
) -> None:
    async with azure_ground.open(tmp_path) as ground:
        (chunk,) = await ground.keep(HANDBOOK, "one")
        server = azure_ground.server(tmp_path)
        said = contribution(chunk, mention("Ada"), mention("Bo"), relations=(relation("ada", "bo"),))
        for _ in range(8):
            server.faults.append(fault)
            await ground.graph.record(BASE, [said])
            server.faults.append(fault)
            await ground.graph.publish(BASE)
        server.faults.clear()
        assert await counts(azure_ground, tmp_path) == [1, 2, 3]
        assert (await ground.graph.snapshot(BASE)).version == 1


async def test_a_lost_answer_to_the_publication_itself_is_found_out(azure_ground: OnAzure, tmp_path: Path) -> None:
    async with azure_ground.open(tmp_path) as ground:
        (chunk,) = await ground.keep(HANDBOOK, "one")
        server = azure_ground.server(tmp_path)
        await ground.graph.record(BASE, [contribution(chunk, mention("Ada"))])
        server.executed.clear()
        server.fails_once = "following"
        assert await ground.graph.publish(BASE) == 1
        assert sum("following" in script for script, _ in server.executed) == 2
        assert (await ground.graph.snapshot(BASE)).entity_names == ("Ada",)


async def test_two_publishers_lose_nothing_and_leave_one_version(azure_ground: OnAzure, tmp_path: Path) -> None:
    one, two = document("1.md"), document("2.md")
    async with azure_ground.open(tmp_path) as first, azure_ground.open(tmp_path) as second:
        for of, ground, name in ((one, first, "Ada"), (two, second, "Bo")):
            (chunk,) = await ground.keep(of, name)
            await ground.graph.record(BASE, [contribution(chunk, mention(name))])
        versions = await asyncio.gather(first.graph.publish(BASE), second.graph.publish(BASE))
        seen = [await ground.graph.snapshot(BASE) for ground in (first, second)]
        assert {each.version for each in seen} == {max(versions)}
        assert [set(each.entity_names) for each in seen] == [{"Ada", "Bo"}] * 2


def counted_reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that gets the path of every file that is read."""
    loaded: list[str] = []
    read = FolderFiles.read

    async def counting(files: FolderFiles, path: str) -> StoredFile:
        loaded.append(path)
        return await read(files, path)

    monkeypatch.setattr(FolderFiles, "read", counting)
    return loaded


async def test_a_version_is_loaded_once_and_read_to_its_end_while_others_are_published(
    azure_ground: OnAzure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = counted_reads(monkeypatch)
    async with azure_ground.open(tmp_path) as writer, azure_ground.open(tmp_path) as reader:
        await written(writer, "Ada")
        several = await asyncio.gather(*(reader.graph.snapshot(BASE) for _ in range(5)))
        assert {id(each) for each in several} == {id(several[0])}
        assert len([path for path in loaded if path.endswith(".npz")]) == 1
        before = edges(several[0])
        await written(writer, "Bo")
        assert edges(several[0]) == before
        assert (await reader.graph.snapshot(BASE)).entity_names == ("Bo",)
        assert len([path for path in loaded if path.endswith(".npz")]) == 2


async def written(ground: Ground, name: str) -> None:
    """Make a name all that the handbook says."""
    (chunk,) = await ground.keep(HANDBOOK, name)
    await ground.graph.record(BASE, [contribution(chunk, mention(name))])
    await ground.graph.forget(BASE, HANDBOOK.id, [chunk.id])
    await ground.graph.publish(BASE)


async def test_files_of_an_earlier_version_go_when_their_grace_is_over(azure_ground: OnAzure, tmp_path: Path) -> None:
    now = [1_000.0]
    async with azure_ground.open(tmp_path, 60, lambda: now[0]) as ground:
        await written(ground, "Ada")
        await written(ground, "Bo")
        assert versions(tmp_path) == [1, 2]
        now[0] += 59.9
        await ground.graph.publish(BASE)
        assert versions(tmp_path) == [1, 2]
        now[0] += 0.1
        await ground.graph.publish(BASE)
        assert versions(tmp_path) == [2]
        assert (await ground.graph.snapshot(BASE)).entity_names == ("Bo",)


async def test_files_of_an_earlier_version_go_at_once_when_a_document_does(
    azure_ground: OnAzure, tmp_path: Path
) -> None:
    async with azure_ground.open(tmp_path, 60) as ground:
        await written(ground, "Ada")
        (chunk,) = await ground.keep(document("b.md"), "Bo")
        await ground.say(document("b.md"), contribution(chunk, mention("Bo")))
        assert versions(tmp_path) == [1, 2]
        await ground.graph.forget(BASE, HANDBOOK.id)
        assert await ground.graph.publish(BASE) == 3
        assert versions(tmp_path) == [3]
        assert (await ground.graph.snapshot(BASE)).entity_names == ("Bo",)


def versions(folder: Path) -> list[int]:
    """Return the versions whose files are there."""
    return sorted(int(path.parent.name.split("-")[0]) for path in folder.rglob("contributions.*"))


def only_file(folder: Path, pattern: str) -> Path:
    """Return the one file that is there."""
    (file,) = folder.rglob(pattern)
    return file


async def test_new_labels_change_what_merges_and_publish_nothing(azure_ground: OnAzure, tmp_path: Path) -> None:
    said = AliasMention("hrs", "heron rescue society", 0.95, "acronym")
    open_one, secret = document("open.md"), document("secret.md", "group:crew")
    async with azure_ground.open(tmp_path) as ground:
        (plain,) = await ground.keep(open_one, "HRS.")
        (stating,) = await ground.keep(secret, "Heron Rescue Society (HRS).")
        stated = contribution(stating, mention("Heron Rescue Society"), aliases=(said,))
        await ground.say(open_one, contribution(plain, mention("HRS")), stated)
        apart = edges(await ground.graph.snapshot(BASE))
        assert {entity for _, entity in apart} == {id_of("hrs"), id_of("heron rescue society")}
        for labels, shown in (((), {id_of("heron rescue society")}), (("group:crew",), {e for _, e in apart})):
            await ground.keep(document("secret.md", *labels), "Heron Rescue Society (HRS).")
            assert {entity for _, entity in edges(await ground.graph.snapshot(BASE))} == shown
            assert await ground.graph.publish(BASE) == 1


async def test_a_publisher_that_lost_leaves_no_files(azure_ground: OnAzure, tmp_path: Path) -> None:
    one, two = document("1.md"), document("2.md")
    async with azure_ground.open(tmp_path) as first, azure_ground.open(tmp_path) as second:
        for turn in range(3):
            for of, ground in ((one, first), (two, second)):
                (chunk,) = await ground.keep(of, f"{of.name} {turn}")
                await ground.graph.forget(BASE, of.id)
                await ground.graph.record(BASE, [contribution(chunk, mention(f"Ada {turn}"))])
            await asyncio.gather(first.graph.publish(BASE), second.graph.publish(BASE))
        await first.graph.publish(BASE)
        assert len(versions(tmp_path)) == 1


@pytest.mark.parametrize("name", ["*.npz", "decisions.json.gz"])
async def test_a_damaged_file_is_a_store_that_is_not_available(
    azure_ground: OnAzure, tmp_path: Path, name: str
) -> None:
    async with azure_ground.open(tmp_path) as ground:
        await written(ground, "Ada")
        file = only_file(tmp_path, name)
        file.write_bytes(file.read_bytes()[:50])
        with pytest.raises(StoreUnavailable, match="damaged"):
            await ground.graph.snapshot(BASE)


async def test_a_chunk_that_was_not_written_whole_is_not_recorded_and_not_published(
    azure_ground: OnAzure, tmp_path: Path
) -> None:
    async with azure_ground.open(tmp_path) as ground:
        (chunk,) = await ground.keep(HANDBOOK, "one")
        server = azure_ground.server(tmp_path)
        server.ends_after = 2
        with pytest.raises(StoreUnavailable):
            await ground.graph.record(BASE, [contribution(chunk, mention("Ada"))])
        server.ends_after = None
        assert await ground.graph.recorded(BASE, [chunk.id]) == set()
        assert await ground.graph.publish(BASE) == 0
        await ground.say(HANDBOOK, contribution(chunk, mention("Ada")))
        assert await counts(azure_ground, tmp_path) == [1, 1, 1]


async def test_more_chunks_than_one_script_holds_are_read_and_forgotten(azure_ground: OnAzure, tmp_path: Path) -> None:
    async with azure_ground.open(tmp_path) as ground:
        made = await ground.keep(HANDBOOK, *[f"text {place}" for place in range(MOST_VALUES + 1)])
        await ground.say(HANDBOOK, *[contribution(chunk, mention("Ada")) for chunk in made])
        (found,) = await ground.graph.entities(READER, [id_of("ada")])
        assert found.mention_count == MOST_VALUES + 1
        assert await ground.graph.recorded(BASE, [chunk.id for chunk in made]) == {chunk.id for chunk in made}
        await ground.graph.forget(BASE, HANDBOOK.id, [made[0].id])
        await ground.graph.publish(BASE)
        (found,) = await ground.graph.entities(READER, [id_of("ada")])
        assert found.mention_count == 1
        assert await counts(azure_ground, tmp_path) == [1, 1, 1]


async def test_entities_cost_no_request_and_a_hop_asks_only_chunks_that_relate(
    azure_ground: OnAzure, tmp_path: Path
) -> None:
    async with azure_ground.open(tmp_path) as ground:
        made = await ground.keep(HANDBOOK, *[f"text {place}" for place in range(4)])
        stating = contribution(made[0], mention("Ada"), mention("Bo"), relations=(relation("ada", "bo"),))
        others = [contribution(chunk, mention("Ada")) for chunk in made[1:]]
        await ground.say(HANDBOOK, stating, *others)
        server = azure_ground.server(tmp_path)
        server.executed.clear()
        (found,) = await ground.graph.entities(READER, [id_of("ada")])
        assert (found.mention_count, len(server.executed)) == (4, 1)
        (known,) = await ground.graph.relations(READER, [id_of("ada")], 10)
        assert known.chunk_ids == (made[0].id,)
        _, asked = server.executed[-1]
        assert [name for name in asked if name.startswith("vids")] == ["vids0"]
        server.executed.clear()
        assert await ground.graph.relations(READER, [id_of("unknown")], 10) == []
        assert len(server.executed) == 1


async def test_a_relation_of_a_merged_name_is_found_by_the_chunk_that_names_the_other(
    azure_ground: OnAzure, tmp_path: Path
) -> None:
    said = AliasMention("hrs", "heron rescue society", 0.95, "acronym")
    async with azure_ground.open(tmp_path) as ground:
        (chunk,) = await ground.keep(HANDBOOK, "one")
        stated = (relation("heron rescue society", "bo"),)
        await ground.say(
            HANDBOOK, contribution(chunk, mention("HRS"), mention("Bo"), relations=stated, aliases=(said,))
        )
        for key in ("heron rescue society", "bo"):
            (known,) = await ground.graph.relations(READER, [id_of(key)], 10)
            assert (known.source, known.target) == (id_of("heron rescue society"), id_of("bo"))


async def test_communities_are_read_once_and_anew_when_others_are_kept(
    azure_ground: OnAzure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = counted_reads(monkeypatch)
    async with azure_ground.open(tmp_path) as writer, azure_ground.open(tmp_path) as reader:
        await written(writer, "Ada")
        snapshot = await writer.graph.snapshot(BASE)
        for title in ("one", "two"):
            kept = Community("c", title, "", (id_of("ada"),), 1.0, snapshot.chunk_ids)
            await writer.graph.keep_communities(BASE, 1, [kept])
            for _ in range(3):
                assert await reader.graph.communities(READER, [id_of("ada")]) == [kept]
        assert len([path for path in loaded if "communities" in path]) == 2
