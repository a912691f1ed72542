"""Laws that hold for whatever a chunk says."""

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.graph import Contribution, MentionSource
from tests.unit.graph.reading import read

PIECES = [
    *"aBZ 。，.!?（）()“”《》|·'’-\n1石峤由林\0\ud800\u202e\u05d0",
    *["Lin Xiaoyan", "Inc. ", " is led by ", "(ABC)", "负责", "有限公司", "2025年", "also known as ", "简称", "the "],
]
TEXTS = st.text(st.characters(exclude_categories=[])) | st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def check_mentions(text: str, found: Contribution) -> None:
    for mention in found.mentions:
        assert mention.key
        assert 0 <= mention.start <= mention.end <= len(text)
        assert 0 < mention.confidence <= 1
        assert mention.end == 0 or text[mention.start : mention.end] == mention.name


@given(TEXTS, TEXTS, TEXTS)
def test_any_text_is_read_and_everything_found_stands_in_it(text: str, title: str, heading: str) -> None:
    found = read(text, title, (heading,), gazetteer=[title, "石峤", "b c"])
    check_mentions(text, found)
    for relation in found.relations:
        assert relation.source != relation.target
        assert 0 <= relation.start < relation.end <= len(text)
        assert 0 < relation.confidence <= 1
    for alias in found.aliases:
        assert alias.alias
        assert alias.key
        assert alias.alias != alias.key
        assert 0 < alias.score <= 1


@given(TEXTS)
def test_reading_twice_finds_the_same(text: str) -> None:
    assert read(text) == read(text)


def test_a_relation_is_between_names_that_the_chunk_mentions() -> None:
    found = read("石峤工厂由林晓燕负责。The Shiqiao plant is led by Lin Xiaoyan.")
    keys = {mention.key for mention in found.mentions}
    assert found.relations
    assert all({relation.source, relation.target} <= keys for relation in found.relations)


def test_a_contribution_carries_the_ids_of_its_chunk() -> None:
    found = read("Tidebook", "Tidebook")
    assert (found.chunk_id, found.document_id) == ("c1", "d1")
    assert {mention.source for mention in found.mentions} == {MentionSource.HEADING, MentionSource.TEXT}


def test_a_text_without_end_is_read() -> None:
    assert read("Tern " * 20_000 + "石" * 20_000).chunk_id == "c1"
