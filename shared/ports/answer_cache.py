"""Keeps answers that may be given again."""

from typing import Protocol

from shared.domain.access import BaseKey
from shared.domain.answers import Answer, Question


class AnswerCache(Protocol):
    """Answers by tenant, access labels, knowledge base, its version, question and options."""

    async def get(self, question: Question, version: int) -> Answer | None:
        """Return the answer given to the same question at the same version, or None."""
        ...

    async def keep(self, question: Question, version: int, answer: Answer) -> None:
        """Keep an answer."""
        ...

    async def forget(self, base: BaseKey) -> None:
        """Drop every answer of a base."""
        ...
