"""Questions at 100,000 entities and 500,000 relations, recorded directly through the port."""

import asyncio
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from functions.bootstrap import local_ground
from functions.ground import Ground
from functions.rooms import build
from shared.domain.documents import Chunk, chunk_id, document_id
from shared.domain.graph import Contribution, EntityType, Mention, MentionSource, RelationMention, RelationType
from shared.services.search_graph import GraphSearch
from shared.settings import Settings
from tests.bench.base import BASE, KnownVectors, asked, create, index
from tests.bench.corpus import SEED
from tests.bench.figures import Figure, latencies, show
from tests.bench.queries import QUESTIONS, WARM_UP, each_seconds

ENTITIES, RELATIONS = 100_000, 500_000
DOCUMENTS, SECTIONS = 500, 50
"""25,000 chunks with 20 relations each."""

MENTIONS = 16
TYPES, KINDS = list(EntityType), list(RelationType)


def measure() -> Iterator[Figure]:
    """Fill a graph, then look for passages and outward over two relations."""
    with TemporaryDirectory() as folder:
        yield from asyncio.run(measured(Settings(data_dir=Path(folder))))


async def measured(settings: Settings) -> list[Figure]:
    """Return the figures of a fresh folder."""
    ground = replace(local_ground(settings), embedder=KnownVectors())
    choice = random.Random(SEED)
    await create(ground)
    started = time.perf_counter()
    for number in range(DOCUMENTS):
        await fill(ground, choice, number)
    await ground.graph.publish(BASE)
    filled = time.perf_counter() - started
    services = build(settings, ground)
    texts = [question(choice) for _ in range(QUESTIONS + WARM_UP)]
    started = time.perf_counter()
    await services.retriever.find(asked(texts[0]))
    first = time.perf_counter() - started
    found = await each_seconds(texts, lambda text: services.retriever.find(asked(text)))
    outward = await each_seconds(
        texts, lambda text: services.search_graph.search(GraphSearch(asked(text), "hybrid", 2, use_community=True))
    )
    await services.close()
    about = {"entities": ENTITIES, "relations": RELATIONS, "chunks": DOCUMENTS * SECTIONS, "synthetic": "all of it"}
    return [
        *latencies("graph_query", found, **about, first_ms=1000 * first, fill_s=filled),
        *latencies("graph_search_two_hops", outward, **about),
    ]


async def fill(ground: Ground, choice: random.Random, number: int) -> None:
    """Index one document and record what its chunks contribute."""
    name = f"{number:04}.txt"
    first = number * SECTIONS
    contents = [content(choice, first + ordinal) for ordinal in range(SECTIONS)]
    id = document_id(BASE, name)
    texts = [f"Note {first + place} on {' and '.join(map(entity, each[:4]))}." for place, each in enumerate(contents)]
    chunks = [
        Chunk(chunk_id(id, (), text), id, place, name, (), text, 1, 0, len(text)) for place, text in enumerate(texts)
    ]
    await index(ground, name, chunks)
    pairs = zip(chunks, contents, strict=True)
    await ground.graph.record(BASE, [contribution(choice, chunk, named) for chunk, named in pairs])


def content(choice: random.Random, chunk: int) -> list[int]:
    """Name the entities of a chunk: four of its own, so that each comes somewhere, and others drawn with a bias."""
    own = [4 * chunk + place for place in range(4)]
    return [each % ENTITIES for each in own] + [int(ENTITIES * choice.random() ** 3) for _ in range(MENTIONS - 4)]


def entity(number: int) -> str:
    """Return the name of an entity."""
    return f"Entity{number:06}"


def contribution(choice: random.Random, chunk: Chunk, named: list[int]) -> Contribution:
    """Let a chunk mention its entities and relate them to each other."""
    mentions = [
        Mention(entity(each).casefold(), entity(each), TYPES[each % len(TYPES)], 0.8, MentionSource.TEXT, 0, 12)
        for each in dict.fromkeys(named)
    ]
    relations = [relation(choice, named) for _ in range(RELATIONS // (DOCUMENTS * SECTIONS))]
    return Contribution(chunk.id, chunk.document_id, tuple(mentions), tuple(relations))


def relation(choice: random.Random, named: list[int]) -> RelationMention:
    """Relate two entities of a chunk."""
    source, target = choice.sample(range(len(named)), 2)
    ends = (entity(named[place]).casefold() for place in (source, target))
    return RelationMention(*ends, choice.choice(KINDS), 0.5 + choice.random() / 2, 0, 12)


def question(choice: random.Random) -> str:
    """Name two entities."""
    first, second = (entity(int(ENTITIES * choice.random() ** 2)) for _ in range(2))
    return f"How is {first} connected with {second}?"


if __name__ == "__main__":
    show(measure())
