"""What one call cost, divided among the documents it read."""

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.documents import Chunk
from shared.domain.money import Money
from shared.money.shares import shares


def chunk(document: str, text: str) -> Chunk:
    return Chunk("c", document, 0, "", (), text, 1, 0, len(text))


def test_each_document_bears_its_part_by_length() -> None:
    chunks = [chunk("a", "x" * 30), chunk("b", "x" * 60), chunk("a", "x" * 10)]
    assert shares(Money(1000), chunks) == {"a": Money(400), "b": Money(600)}


@given(st.integers(0, 10**12), st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 50)), max_size=20))
def test_nothing_is_lost_and_nothing_added(cost: int, texts: list[tuple[str, int]]) -> None:
    found = shares(Money(cost), [chunk(document, "x" * length) for document, length in texts])
    assert set(found) == {document for document, _ in texts}
    assert all(each >= Money() for each in found.values())
    if any(length for _, length in texts):
        assert sum(each.nano_usd for each in found.values()) == cost
