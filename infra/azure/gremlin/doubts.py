"""The pairs of names that wait for a verdict, each with the passages that it shall rest on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import TYPE_CHECKING

from infra.azure.gremlin.deciding import Decided
from shared.domain.access import EVERYONE
from shared.domain.resolution import Band, Doubt
from shared.graph.doubts import Place, passages
from shared.graph.knowledge_of_names import Said
from shared.graph.resolution import MERGE, Pair, unordered

if TYPE_CHECKING:
    from infra.azure.gremlin.published import Published
    from infra.azure.gremlin.shown import Shown

MOST_PLACES = 20
"""Pairs of documents of which the passages of a doubt are chosen."""


def doubts(shown: Shown, limit: int) -> list[Doubt]:
    """Return at most `limit` pairs, the likeliest first."""
    opened = {document for document, labels in shown.access.items() if EVERYONE in labels}
    pairs = waiting(shown.published.decided)[:limit]
    showing = showing_of(shown.published, pairs)
    found = []
    for alias, key in pairs:
        if chunks := passages(islice(showing.places(alias, key), MOST_PLACES), opened):
            found.append(Doubt(alias, key, *chunks))
    return found


def waiting(decided: Decided) -> Sequence[Pair]:
    """Return the pairs of the middle band that nobody judged, the likeliest first."""
    judged = {each.resolution for each in decided.rulings.values() if each.verdict}
    found = [
        each
        for each in decided.resolutions
        if each.decision.band is Band.SAME_AS and each.decision.score < MERGE and each.id not in judged
    ]
    return [each.decision.pair for each in sorted(found, key=lambda each: (-each.decision.score, each.id))]


@dataclass(frozen=True)
class Showing:
    """What a version says of some pairs, and the chunks that name their keys, by key and document."""

    said: Mapping[Pair, Sequence[Said]]
    chunks: Mapping[tuple[str, str], Sequence[str]]

    def places(self, alias: str, key: str) -> Iterator[tuple[Place, Place]]:
        """Yield the documents that speak for a pair, two at a time."""
        for each in self.said.get(unordered(alias, key), ()):
            sides = each.alias_documents, each.key_documents
            for one, other in product(*(sides if each.alias == alias else sides[::-1])):
                yield self.place(alias, one), self.place(key, other)

    def place(self, key: str, document: str) -> Place:
        """Return the chunks of a document that name a key."""
        return Place(document, self.chunks.get((key, document), ()))


def showing_of(published: Published, pairs: Collection[Pair]) -> Showing:
    """Look for pairs in a version, once for all of them."""
    import numpy as np

    asked = {unordered(*pair) for pair in pairs}
    said: defaultdict[Pair, list[Said]] = defaultdict(list)
    for each in published.decided.said:
        if (pair := unordered(each.alias, each.key)) in asked:
            said[pair].append(each)
    numbers = {number: key for pair in pairs for key in pair if (number := published.keys.get(key)) is not None}
    chunks: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    edges = np.flatnonzero(np.isin(published.columns, list(numbers)))
    rows = np.searchsorted(published.row_starts, edges, side="right") - 1
    for row, number in zip(rows.tolist(), published.columns[edges].tolist(), strict=True):
        document = published.documents[int(published.chunk_documents[row])]
        chunks[numbers[number], document].append(published.chunks[row])
    return Showing(said, chunks)
