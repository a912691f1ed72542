"""The graph of real documents is the same on both grounds, and gone from both when they are."""

import asyncio
from pathlib import Path

from infra.local.parsing.parser import LocalParser
from shared.domain.documents import Chunk
from shared.ingestion.chunking import chunk
from shared.services.build_graph import contributions
from tests.contract.graph_grounds import OnAzure, OnSqlite
from tests.contract.graphs import Ground, edges
from tests.contract.passages import BASE, READER, document, no_vectors

SAMPLES = Path(__file__).parents[2] / "samples/company"
NAMES = ("company-profile.md", "letter-from-port-ellery.txt", "术语表.txt")


async def chunked(name: str) -> list[Chunk]:
    """Cut one of the samples into chunks."""
    content = await asyncio.to_thread((SAMPLES / name).read_bytes)
    return chunk(document(name).id, await LocalParser().parse(name, content))


async def ingest(ground: Ground, name: str) -> None:
    """Do with a sample what ingestion does."""
    of, made = document(name), await chunked(name)
    await ground.index.replace(of, made, no_vectors(len(made)))
    await ground.graph.record(BASE, contributions(made))
    await ground.graph.publish(BASE)


async def picture(ground: Ground) -> tuple[object, ...]:
    """Return everything a reader can see."""
    snapshot = await ground.graph.snapshot(BASE)
    ids = sorted(snapshot.entity_ids)
    return (
        edges(snapshot),
        dict(zip(snapshot.entity_ids, snapshot.entity_names, strict=True)),
        set(snapshot.entity_index),
        await ground.graph.entities(READER, ids),
        await ground.graph.relations(READER, ids, 1000),
        await ground.graph.every_relation(BASE),
        [await ground.graph.entity_count(BASE, document(name).id) for name in NAMES],
    )


async def test_both_grounds_build_one_graph_of_the_samples_and_forget_it(azure_ground: OnAzure, tmp_path: Path) -> None:
    async with azure_ground.open(tmp_path / "azure") as cloud, OnSqlite().open(tmp_path / "sqlite") as laptop:
        for name in NAMES:
            await ingest(cloud, name)
            await ingest(laptop, name)
        seen = await picture(cloud)
        assert len(await cloud.graph.every_relation(BASE)) > 100
        assert seen == await picture(laptop)
        for name in NAMES:
            await cloud.graph.forget(BASE, document(name).id)
        await cloud.graph.publish(BASE)
        assert (await cloud.graph.snapshot(BASE)).entity_ids == ()
        server = azure_ground.server(tmp_path / "azure")
        counts = [await asyncio.to_thread(azure_ground.submit, server, f"g.{each}().count()") for each in "VE"]
        assert counts == [[1], [0]]  # the base's own vertex
