"""Answers in the memory of this process: the least recently used go first, and none outlives its time."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from math import inf
from time import monotonic

from shared.domain.access import BaseKey
from shared.domain.answer_key import answer_key
from shared.domain.answers import Answer, Question
from shared.domain.caching import Holding, Kept

MOST_CHARACTERS = 32_000_000
"""Bound on the text of all kept answers and their hits: about 64 MB of memory for Chinese text, half for English."""


@dataclass(frozen=True, slots=True)
class Place:
    """An answer with the base it belongs to, when it expires, and its size in characters."""

    base: BaseKey
    answer: Answer
    expires_at: float
    size: int


class MemoryAnswerCache:
    """Port AnswerCache; one process, one event loop."""

    def __init__(
        self, seconds: float, entries: int, characters: int = MOST_CHARACTERS, clock: Callable[[], float] = monotonic
    ) -> None:
        """Keep at most `entries` answers of `characters` together, each for `seconds`; 0 of any keeps none."""
        self._seconds, self._entries, self._characters, self._clock = seconds, entries, characters, clock
        self._kept: OrderedDict[Hashable, Place] = OrderedDict()
        self._size = 0

    async def get(self, question: Question, version: int) -> Kept | None:
        """See the port."""
        key = answer_key(question, version)
        kept = self._kept.get(key)
        if kept is None:
            return None
        left = kept.expires_at - self._clock()
        if left <= 0:
            self._drop(key)
            return None
        self._kept.move_to_end(key)
        return Kept(kept.answer, left)

    async def keep(self, question: Question, version: int, answer: Answer, seconds: float = inf) -> None:
        """Keep an answer, and let the least recently used go until it fits; one that never fits is not kept."""
        key = answer_key(question, version)
        size = len(answer.text) + sum(len(hit.chunk.headed_text) for hit in answer.hits)
        self._drop(key)
        lifetime = min(self._seconds, seconds)
        if lifetime <= 0 or self._entries <= 0 or size > self._characters:
            return
        while len(self._kept) >= self._entries or self._size + size > self._characters:
            self._drop(next(iter(self._kept)))
        self._kept[key] = Place(question.scope.base, answer, self._clock() + lifetime, size)
        self._size += size

    async def forget(self, base: BaseKey) -> None:
        """Drop every answer of a base."""
        for key in [key for key, kept in self._kept.items() if kept.base == base]:
            self._drop(key)

    async def holding(self, bases: Sequence[BaseKey]) -> Holding:
        """See the port."""
        asked = frozenset(bases)
        sizes = [bytes_of(kept.answer) for kept in self._kept.values() if kept.base in asked]
        return Holding(len(sizes), sum(sizes))

    def _drop(self, key: Hashable) -> None:
        kept = self._kept.pop(key, None)
        self._size -= kept.size if kept else 0


def bytes_of(answer: Answer) -> int:
    """Return the bytes of an answer's text and of its passages in UTF-8."""
    texts = (answer.text, *(hit.chunk.headed_text for hit in answer.hits))
    return sum(len(each.encode("utf-8", "surrogatepass")) for each in texts)
