"""The made-up model finds the same in the same text, as much as it is said to, whoever asks."""

import math

from hypothesis import given
from hypothesis import strategies as st

from shared.text.tokens import count_tokens
from tests.bench.corpus import book
from tests.peers.findings import ENTITY_TOKENS, found, found_later

SIGNS = ("<|", "|>", "##", '"', "(", ")", "\n")


def test_a_text_holds_an_entity_per_75_tokens_chained_by_relations() -> None:
    text = book(20_000)
    entities, relations = found(text).entities, found(text).relations
    assert len(entities) == math.ceil(count_tokens(text) / ENTITY_TOKENS)
    assert [each.source for each in relations] == list(entities[:-1])
    assert [each.target for each in relations] == list(entities[1:])


def test_a_second_look_finds_a_third_as_many_and_none_again() -> None:
    text = book(20_000)
    first, second = ({each.name for each in look(text).entities} for look in (found, found_later))
    assert len(second) == math.ceil(len(first) / 3)
    assert not first & second


@given(st.text(max_size=2_000))
def test_no_text_yields_a_name_twice_or_a_sign_of_any_format(text: str) -> None:
    names = [each.name for each in found(text).entities]
    assert len(names) == len(set(names))
    written = [part for each in found(text).entities for part in (each.name, each.description)]
    assert not [sign for sign in SIGNS if any(sign in part for part in written)]


def test_a_capitalised_word_comes_before_a_longer_small_one() -> None:
    assert found("the neighbourhood of Marley").entities[0].name == "Marley"
