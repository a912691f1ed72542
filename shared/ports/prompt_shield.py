"""Looks for what must not reach a model."""

from collections.abc import Sequence
from typing import Protocol


class PromptShield(Protocol):
    """Screens questions and passages. `name` is what its records of text are priced under."""

    @property
    def name(self) -> str:
        """The name of what screens."""
        ...

    async def ping(self) -> None:
        """Reach what screens, at no cost. Raises Unavailable, or BadSetting for what an operator has to mend."""
        ...

    def question_records(self, question: str) -> int:
        """Return how many records of text screening a question is paid for; 0 where nothing screens."""
        ...

    def passage_records(self, passages: Sequence[str]) -> int:
        """Return the same for passages."""
        ...

    async def refusal(self, question: str) -> str:
        """Say why a question may not be asked, or "" where it may. Raises Unavailable."""
        ...

    async def attacks(self, passages: Sequence[str]) -> frozenset[int]:
        """Return the places of the passages that give orders to their reader. Raises Unavailable."""
        ...
