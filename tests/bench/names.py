"""Precision and recall of each band of names that may be one, over labelled pairs with made-up names.

A pair is [language, label, where, name, type, other name, its type]: two names that stand in one document (`document`)
or in different ones (`base`). Statements are not measured here: what a text says of a pair is not in the pair.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.domain.graph import AliasMention, EntityType
from shared.domain.resolution import Band
from shared.graph.likeness import alike
from shared.graph.resolution import resolve
from shared.graph.same_document import short_forms
from shared.text.names import entity_key
from tests.bench.figures import Figure, show

PAIRS = Path(__file__).with_name("name_pairs.json")


@dataclass(frozen=True)
class LabelledPair:
    """Two names with their types, whether they are one thing, and whether one document names both."""

    language: str
    is_same: bool
    is_in_one_document: bool
    names: tuple[tuple[str, EntityType], tuple[str, EntityType]]

    def band(self) -> Band | None:
        """Return what becomes of the pair without a statement or a model; the same key is one entity from the start."""
        one, other = (entity_key(name) for name, _ in self.names)
        if one == other:
            return Band.MERGED
        decisions = resolve(self.said(one, other))
        return decisions[0].band if decisions else None

    def said(self, one: str, other: str) -> Iterator[AliasMention]:
        """Yield what the rules say of the pair."""
        if found := alike(one, other):
            yield found
        if self.is_in_one_document:
            yield from short_forms((entity_key(name), name, kind) for name, kind in self.names)


def labelled_pairs() -> list[LabelledPair]:
    """Read the labelled pairs."""
    return [
        LabelledPair(
            language, label == "same", where == "document", ((one, EntityType(kind)), (other, EntityType(its_kind)))
        )
        for language, label, where, one, kind, other, its_kind in json.loads(PAIRS.read_text(encoding="utf-8"))
    ]


def measure() -> Iterator[Figure]:
    """Yield precision and recall of merging, and of merging or an edge, in each language."""
    pairs = labelled_pairs()
    for language in sorted({each.language for each in pairs}):
        of_language = [each for each in pairs if each.language == language]
        bands = [(each, each.band()) for each in of_language]
        for name, found in (
            ("merged", [pair for pair, band in bands if band is Band.MERGED]),
            ("same_as", [pair for pair, band in bands if band is Band.SAME_AS]),
            ("merged_or_same_as", [pair for pair, band in bands if band is not None]),
        ):
            yield from figures(f"names_{name}", language, found, of_language)


def figures(name: str, language: str, found: Sequence[LabelledPair], pairs: Sequence[LabelledPair]) -> Iterator[Figure]:
    """Yield what share of the pairs found are one thing, and what share of those that are one thing were found."""
    same, right = sum(each.is_same for each in pairs), sum(each.is_same for each in found)
    about: dict[str, object] = {"language": language, "pairs": len(pairs), "same": same, "found": len(found)}
    yield Figure(f"{name}_precision", right / len(found) if found else 1.0, "share", about)
    yield Figure(f"{name}_recall", right / same, "share", about)


if __name__ == "__main__":
    show(measure())
