"""The counter of tokens cuts as a vocabulary does."""

import pytest

from shared.text.tokens import count_tokens
from tests.bench.corpus import book
from tests.fakes.vocabulary import vocabulary_tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", 0), ("the pump", 2), ("7|USES|9|0.9|c3\n", 13), ("internationally", 3), ("水泵", 2), ("2026-11-20", 6)],
)
def test_pieces_are_counted_one_by_one(text: str, tokens: int) -> None:
    assert vocabulary_tokens(text) == tokens


def test_the_products_estimate_of_prose_is_within_a_tenth() -> None:
    text = book(20_000)
    assert count_tokens(text) == pytest.approx(vocabulary_tokens(text), rel=0.1)
