"""Tasks for a model: passages packed, answers read strictly, contributions refined."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.documents import Chunk, chunk_id
from shared.domain.extraction import NamedThing, Reading, StatedRelation
from shared.domain.graph import EntityType, RelationType
from shared.graph.extract import extract
from shared.graph.gazetteer import Gazetteer
from shared.graph.pack_rows import answered
from shared.graph.pack_rules import END, RULES
from shared.graph.packs import MOST_TOKENS, NAMES_SHARE, PACK_TOKENS, Pack, packs
from shared.graph.refine import SAID, refined
from shared.text.names import entity_key
from shared.text.tokens import count_tokens

TEXT = "Ada Quill works for Heron Ltd. Ada Quill lives in Port Ellery. Bruno Vale leads Tern Works in Port Ellery."


def passage(text: str, document: str = "d", heading: str = "") -> Chunk:
    path = (heading,) if heading else ()
    return Chunk(chunk_id(document, path, text), document, 0, "", path, text, 1, 0, len(text))


def packed(*texts: str) -> list[Pack]:
    chunks = [passage(text, f"d{place}") for place, text in enumerate(texts)]
    return packs(chunks, [extract(chunk, Gazetteer(())) for chunk in chunks])


def number(pack: Pack, name: str) -> int:
    return [each.name for each in pack.names].index(name) + 1


def test_the_rules_fit_into_five_hundred_tokens_and_name_every_type() -> None:
    assert count_tokens(RULES) <= 500
    assert all(kind.value in RULES for kind in (*EntityType, *RelationType))


def test_short_documents_share_a_pack() -> None:
    (pack,) = packed(*[f"Passage {place}: {TEXT}" for place in range(50)])
    assert len(pack.chunks) == 50
    assert all(f"[c{place}] Passage {place - 1}:" in pack.material for place in range(1, 51))


def test_a_long_text_becomes_as_few_packs_as_its_tokens_allow_and_they_are_about_equal() -> None:
    made = packed(*[f"{place} {TEXT * 12}" for place in range(40)])
    total = sum(pack.text_tokens for pack in made)
    assert len(made) == round(total / PACK_TOKENS)
    assert max(pack.text_tokens for pack in made) <= MOST_TOKENS
    assert min(pack.text_tokens for pack in made) > 0.5 * PACK_TOKENS


@settings(deadline=None)
@given(st.lists(st.integers(1, 3000), min_size=1, max_size=40))
def test_every_passage_is_in_exactly_one_pack_in_order(sizes: list[int]) -> None:
    chunks = [passage("word " * size, f"d{place}") for place, size in enumerate(sizes)]
    made = packs(chunks, [extract(chunk, Gazetteer(())) for chunk in chunks])
    assert [chunk for pack in made for chunk in pack.chunks] == chunks
    assert all(pack.chunks for pack in made)
    assert all(one.text_tokens + other.text_tokens > PACK_TOKENS / 2 for one, other in pairwise(made))
    assert all(len(pack.chunks) == 1 or pack.text_tokens <= 1.5 * MOST_TOKENS for pack in made)


def test_the_names_of_a_pack_cost_a_bounded_share_of_its_passages() -> None:
    crowded = " ".join(f"Person{place} Namely{place} met Firm{place} Works." for place in range(300))
    (pack,) = packed(crowded)
    assert count_tokens("\n".join(f"{n} {each.name} {each.type}" for n, each in enumerate(pack.names, 1))) <= (
        1.05 * NAMES_SHARE * pack.text_tokens
    )


def test_a_heading_is_shown_once_for_the_passages_under_it() -> None:
    chunks = [passage(f"{place} {TEXT}", heading="Staff") for place in range(3)]
    (pack,) = packs(chunks, [extract(chunk, Gazetteer(())) for chunk in chunks])
    assert pack.material.count("# Staff") == 1


def test_rows_are_read_by_passage() -> None:
    (pack,) = packed(TEXT, "Zed Marlow bought the pump house.")
    ada, heron = number(pack, "Ada Quill"), number(pack, "Heron Ltd")
    answer = f"n1|pump house|LOCATION|c2\n{ada}|WORKS_FOR|{heron}|0.9|c1\n{heron}|PRODUCT\n{END}"
    read = answered(pack, answer)
    assert read.problem == ""
    assert read.readings[0] == Reading(
        (NamedThing("Heron Ltd", EntityType.PRODUCT),),
        (StatedRelation("Ada Quill", "Heron Ltd", RelationType.WORKS_FOR, 0.9),),
    )
    assert read.readings[1] == Reading((NamedThing("pump house", EntityType.LOCATION),), ())


@pytest.mark.parametrize("wrapped", ["```\n{}\n```", "\n\n{}\n", "```text\n{}"])
def test_fences_and_empty_lines_do_no_harm(wrapped: str) -> None:
    (pack,) = packed(TEXT)
    assert answered(pack, wrapped.format(f"1|USES|2|0.9|c1\n{END}")).problem == ""


def test_rows_may_be_json_lists() -> None:
    (pack,) = packed(TEXT)
    assert (
        answered(pack, f'[1,"USES",2,0.9,"c1"],\n{END}').readings == answered(pack, f"1|USES|2|0.9|c1\n{END}").readings
    )


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("", "nothing"),
        ("  \n ", "nothing"),
        ("I am sorry, I cannot help with that.", "prose"),
        ("Ada works for Heron.\nShe lives in Port Ellery.\nThat is all.", "prose"),
        ('{"entities": [{"name": "Ada', "prose"),
        (f"98|USES|99|0.9|c1\n97|PERSON\nn1|Nobody Here|PERSON|c1\n{END}", "not shown"),
        (f"1|USES|2|0.9|c9\n{END}", "not shown"),
        (END, "found nothing"),
    ],
)
def test_an_answer_that_does_not_hold_is_believed_in_nothing_and_says_why(answer: str, why: str) -> None:
    (pack,) = packed(TEXT)
    read = answered(pack, answer)
    assert read.readings == {}
    assert why in read.problem


def test_passages_without_names_may_have_nothing_to_say() -> None:
    (pack,) = packed("it rained all day and nobody came.")
    assert answered(pack, END).problem == ""


def test_of_an_answer_that_was_cut_the_passages_before_the_last_are_kept() -> None:
    (pack,) = packed(TEXT, f"Again: {TEXT}", f"And again: {TEXT}")
    read = answered(pack, "1|USES|2|0.9|c1\n2|USES|1|0.7|c2\n1|PART_OF|2|0.9|c2\n1|CAU")
    assert set(read.readings) == {0}
    assert "cut" in read.problem


@pytest.mark.parametrize("row", ["1|USES|2|1.1|c1", "1|LOVES|2|0.9|c1", "1|USES|1|0.9|c1", "1|USES|2|nan|c1", "a|b|c"])
def test_a_row_out_of_bounds_is_left_out_and_the_others_count(row: str) -> None:
    (pack,) = packed(TEXT)
    read = answered(pack, f"1|USES|2|0.9|c1\n2|OWNS|1|0.9|c1\n{row}\n{END}")
    assert len(read.readings[0].relations) == 2
    assert read.problem == ""


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_answer_breaks_the_reader(answer: str) -> None:
    (pack,) = packed(TEXT)
    read = answered(pack, answer)
    assert read.problem or set(read.readings) == {0}


def test_a_reading_corrects_types_drops_what_is_no_name_and_adds_what_was_missed() -> None:
    chunk = passage("Ada Quill tends the feed pump at Port Ellery.")
    rules = extract(chunk, Gazetteer(()))
    reading = Reading(
        (
            NamedThing("Ada Quill", EntityType.ORGANIZATION),
            NamedThing("Port Ellery", None),
            NamedThing("feed pump", EntityType.PRODUCT),
        ),
        (StatedRelation("Ada Quill", "feed pump", RelationType.USES, 1.0),),
    )
    made = refined(rules, chunk.text, reading)
    assert {each.key: each.type for each in made.mentions} == {
        "ada quill": EntityType.ORGANIZATION,
        "feed pump": EntityType.PRODUCT,
    }
    (relation,) = made.relations
    assert (relation.source, relation.target, relation.type) == ("ada quill", "feed pump", RelationType.USES)
    assert relation.confidence == SAID
    assert chunk.text[relation.start : relation.end] == "Ada Quill tends the feed pump"


def test_a_relation_of_the_model_replaces_what_the_rules_said_of_the_same_two() -> None:
    chunk = passage("Ada Quill was seen near Bruno Vale.")
    rules = extract(chunk, Gazetteer(()))
    assert [each.type for each in rules.relations] == [RelationType.RELATED_TO]
    stated = StatedRelation("Bruno Vale", "Ada Quill", RelationType.USES, 0.7)
    (relation,) = refined(rules, chunk.text, Reading((), (stated,))).relations
    assert (relation.source, relation.type, relation.confidence) == ("bruno vale", RelationType.USES, 0.7)


def test_a_relation_whose_ends_the_text_does_not_name_is_left_out() -> None:
    chunk = passage("Ada Quill was seen.")
    stated = StatedRelation("Ada Quill", "Bruno Vale", RelationType.USES, 0.9)
    assert refined(extract(chunk, Gazetteer(())), chunk.text, Reading((), (stated,))).relations == ()


def test_an_empty_reading_changes_nothing() -> None:
    chunk = passage(TEXT)
    rules = extract(chunk, Gazetteer(()))
    assert refined(rules, chunk.text, Reading()) == rules


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["Ada Quill", "Heron", "x y", "？"]), st.sampled_from([None, *EntityType]))))
def test_every_mention_of_a_refined_chunk_stands_where_it_says(things: list[tuple[str, EntityType | None]]) -> None:
    chunk = passage(TEXT)
    made = refined(extract(chunk, Gazetteer(())), chunk.text, Reading(tuple(NamedThing(*each) for each in things)))
    for mention in made.mentions:
        assert entity_key(chunk.text[mention.start : mention.end]) == mention.key
