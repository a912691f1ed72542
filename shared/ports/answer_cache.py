"""Keeps answers that may be given again."""

from collections.abc import Sequence
from math import inf
from typing import Protocol

from shared.domain.access import BaseKey
from shared.domain.answers import Answer, Question
from shared.domain.caching import Holding, Kept


class AnswerCache(Protocol):
    """Answers by tenant, access labels, knowledge base, its version, question and options."""

    async def get(self, question: Question, version: int) -> Kept | None:
        """Return the answer given to the same question at the same version, or None."""
        ...

    async def keep(self, question: Question, version: int, answer: Answer, seconds: float = inf) -> None:
        """Keep an answer for the time of this cache, and no longer than `seconds`."""
        ...

    async def forget(self, base: BaseKey) -> None:
        """Drop every answer of a base."""
        ...

    async def holding(self, bases: Sequence[BaseKey]) -> Holding:
        """Return how much is kept of these bases together."""
        ...
