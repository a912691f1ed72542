"""Divide what one call cost among the documents that it read."""

from collections import Counter
from collections.abc import Sequence

from shared.domain.documents import Chunk
from shared.domain.money import Money


def shares(cost: Money, chunks: Sequence[Chunk]) -> dict[str, Money]:
    """Return each document's share by the length of its chunks; the sum is the cost to the billionth."""
    lengths: Counter[str] = Counter()
    for each in chunks:
        lengths[each.document_id] += len(each.text)
    total, passed, given = max(lengths.total(), 1), 0, 0
    found: dict[str, Money] = {}
    for document, length in lengths.items():
        passed += length
        upto = cost.nano_usd * passed // total
        found[document] = Money(upto - given)
        given = upto
    return found
