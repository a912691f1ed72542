"""Answers in the memory of this process: the least recently used go first, and none outlives its time."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from time import monotonic

from shared.domain.access import BaseKey, Principal
from shared.domain.answers import Answer, Question

MOST_CHARACTERS = 32_000_000
"""Bound on the text of all kept answers and their hits: about 64 MB of memory for Chinese text, half for English."""


@dataclass(frozen=True, slots=True)
class Kept:
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
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._size = 0

    async def get(self, question: Question, version: int) -> Answer | None:
        """Return the answer given to the same question at the same version, or None."""
        key = cache_key(question, version)
        kept = self._kept.get(key)
        if kept is None:
            return None
        if kept.expires_at <= self._clock():
            self._drop(key)
            return None
        self._kept.move_to_end(key)
        return kept.answer

    async def keep(self, question: Question, version: int, answer: Answer) -> None:
        """Keep an answer, and let the least recently used go until it fits; one that never fits is not kept."""
        key = cache_key(question, version)
        size = len(answer.text) + sum(len(hit.chunk.headed_text) for hit in answer.hits)
        self._drop(key)
        if self._seconds <= 0 or self._entries <= 0 or size > self._characters:
            return
        while len(self._kept) >= self._entries or self._size + size > self._characters:
            self._drop(next(iter(self._kept)))
        self._kept[key] = Kept(question.scope.base, answer, self._clock() + self._seconds, size)
        self._size += size

    async def forget(self, base: BaseKey) -> None:
        """Drop every answer of a base."""
        for key in [key for key, kept in self._kept.items() if kept.base == base]:
            self._drop(key)

    def _drop(self, key: Hashable) -> None:
        kept = self._kept.pop(key, None)
        self._size -= kept.size if kept else 0


def cache_key(question: Question, version: int) -> Hashable:
    """Return what two questions must share to get the same answer; who asks matters by tenant and labels alone."""
    anybody = Principal(question.principal.tenant, "", question.principal.labels)
    return replace(question, principal=anybody, use_cache=True), version
