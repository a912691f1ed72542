"""Say what entities and relations are by what supports them: mentions vote, statements make each other surer."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from heapq import nsmallest
from typing import Any, Protocol

from shared.domain.access import BaseKey
from shared.domain.graph import Entity, EntityType, Relation, RelationType, entity_id


class Row(Protocol):
    """A mention (chunk, name, type, confidence, source) or a statement (chunk, source, target, type, confidence)."""

    def __getitem__(self, name: str, /) -> Any:
        """Return a value by its name."""
        ...


def entity(id: str, mentions: Sequence[Row]) -> Entity:
    """Let the mentions vote on name and type; a text that merely names a heading has no vote."""
    voters = [row for row in mentions if row["source"] != "gazetteer"] or mentions
    names: Counter[str] = Counter(name for _, name in {(row["chunk"], row["name"]) for row in voters})
    types: defaultdict[str, float] = defaultdict(float)
    for row in voters:
        types[row["type"]] += row["confidence"]
    ranked = sorted(names, key=lambda name: (-names[name], name))
    kind = min(types, key=lambda each: (-types[each], each))
    return Entity(id, ranked[0], EntityType(kind), len({row["chunk"] for row in mentions}), tuple(ranked[1:]))


def relations(base: BaseKey, statements: Iterable[Row], canonical: Callable[[str], str], limit: int) -> list[Relation]:
    """Return at most `limit` relations, the strongest first, equal ones by their ends' canonical keys.

    The confidence is the noisy-or 1 - prod(1 - c) over supporting chunks, each with its best statement.
    """
    stated: defaultdict[tuple[str, str, str], dict[str, float]] = defaultdict(dict)
    for row in statements:
        chunks = stated[canonical(row["source"]), canonical(row["target"]), row["type"]]
        chunks[row["chunk"]] = max(chunks.get(row["chunk"], 0.0), row["confidence"])
    sure = {ends: noisy_or(chunks.values()) for ends, chunks in stated.items() if ends[0] != ends[1]}
    return [
        Relation(
            entity_id(base, source),
            entity_id(base, target),
            RelationType(kind),
            sure[source, target, kind],
            tuple(sorted(stated[source, target, kind])),
        )
        for source, target, kind in nsmallest(limit, sure, key=lambda ends: (-sure[ends], ends))
    ]


def noisy_or(confidences: Iterable[float]) -> float:
    """Return how sure independent statements are together."""
    return 1 - reduce(lambda doubt, confidence: doubt * (1 - confidence), sorted(confidences), 1.0)
