"""The fake reader of packs writes rows that hold, at the density it promises."""

from shared.domain.documents import Chunk
from shared.graph.extract import extract
from shared.graph.gazetteer import Gazetteer
from shared.graph.pack_rows import answered
from shared.graph.pack_rules import RULES
from shared.graph.packs import packs
from shared.text.tokens import count_tokens
from tests.fakes.extractor import TOKENS_PER_ENTITY, extracted

TEXT = "Ada Quill works for Heron Works. Bruno Vale leads Tern Works in Port Ellery and met Clara Mere there. " * 6


def test_its_rows_hold_and_name_an_entity_per_75_tokens() -> None:
    chunk = Chunk("c", "d", 0, "", (), TEXT, 1, 0, len(TEXT))
    (pack,) = packs([chunk], [extract(chunk, Gazetteer(()))])
    body = {"messages": [{"role": "system", "content": RULES}, {"role": "user", "content": pack.material}]}
    read = answered(pack, extracted(body))
    assert read.problem == ""
    assert len(read.readings[0].relations) == round(count_tokens(TEXT) / TOKENS_PER_ENTITY) - 1
