"""Choose the passages that a model is shown of two names, and that its verdict rests on."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A document that shows a name, and the ids of those of its chunks that name it."""

    document: str
    chunks: Collection[str]


def passages(places: Iterable[tuple[Place, Place]], opened: Collection[str]) -> tuple[str, str] | None:
    """Return a chunk for either name, or None where none names it; `opened` are documents for everybody.

    What everybody may read comes first, so that the verdict holds for all, then a chunk that both names stand in.
    """
    found = []
    for one, other in places:
        if one.chunks and other.chunks:
            shared = set(one.chunks).intersection(other.chunks)
            pair = (min(shared),) * 2 if shared else (min(one.chunks), min(other.chunks))
            is_open = one.document in opened and other.document in opened
            found.append((not is_open, not shared, pair))
    return min(found)[-1] if found else None
