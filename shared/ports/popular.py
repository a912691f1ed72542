"""Keeps who asks which question for a bounded time, and for which state of a base the popular ones are answered."""

from collections.abc import Sequence
from typing import Protocol

from shared.domain.access import BaseKey
from shared.domain.conversations import Owner
from shared.domain.popular import Asked
from shared.ports.conversations import Expiring
from shared.ports.personal import Erasable


class AskedQuestions(Protocol):
    """What people ask of knowledge bases; what is over its time is not there."""

    async def count(self, asked: Asked) -> None:
        """Keep that somebody asked a question, in the place of when they asked the same before."""
        ...

    async def latest(self, base: BaseKey, limit: int) -> Sequence[Asked]:
        """Return what was asked of a base, the latest first."""
        ...

    async def asked_by(self, owner: Owner) -> Sequence[Asked]:
        """Return what somebody asked, whichever base, the latest first."""
        ...

    async def forget(self, base: BaseKey) -> None:
        """Drop everything that is kept of a base; nothing is no error."""
        ...


class AnsweredStates(Protocol):
    """The state of each base, its contents' version, that its popular questions were answered in."""

    async def answered(self, base: BaseKey) -> str:
        """Return the state that was noted last, empty before the first."""
        ...

    async def note_answered(self, base: BaseKey, state: str) -> None:
        """Note that what is popular is answered in a state."""
        ...


class PopularStore(AskedQuestions, AnsweredStates, Expiring, Erasable, Protocol):
    """One adapter for all of them."""
