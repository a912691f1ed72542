"""A pack is answered in rows that our own strict reader believes, at the same density as everybody's."""

from infra.local.parsing.parser import LocalParser
from shared.domain.documents import document_id
from shared.domain.graph import EntityType
from shared.graph.pack_rows import answered
from shared.graph.pack_rules import RULES
from shared.graph.packs import Pack, packs
from shared.ingestion.chunking import chunk
from shared.services.build_graph import contributions
from tests.bench.base import BASE
from tests.bench.corpus import book
from tests.peers.findings import found
from tests.peers.replies import reply


async def pack_of(text: str) -> Pack:
    """Pack a text as the product does."""
    chunks = chunk(document_id(BASE, "book.md"), await LocalParser().parse("book.md", text.encode()))
    return packs(chunks, contributions(chunks))[0]


async def test_every_passage_of_a_pack_is_answered_at_the_same_density() -> None:
    pack = await pack_of(book(6_000))
    answer = reply([RULES, pack.material])
    read = answered(pack, answer.text)
    assert (answer.kind, read.problem) == ("extract", "")
    for place, each in enumerate(pack.chunks):
        assert len(read.readings[place].relations) <= len(found(each.text).relations)
    relations = sum(len(each.relations) for each in read.readings.values())
    assert relations >= 0.7 * sum(len(found(each.text).relations) for each in pack.chunks)
    assert {thing.type for each in read.readings.values() for thing in each.things} == {EntityType.PERSON}
