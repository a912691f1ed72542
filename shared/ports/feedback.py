"""Keeps what people say of answers, and what can be said something of, for a bounded time."""

from collections.abc import Sequence
from typing import Protocol

from shared.domain.conversations import Owner
from shared.domain.feedback import Feedback, FeedbackCount, RateableAnswer
from shared.ports.conversations import Expiring
from shared.ports.personal import Erasable


class FeedbackStore(Expiring, Erasable, Protocol):
    """Feedback, one for each answer; what is over its time is not there."""

    async def keep(self, feedback: Feedback) -> None:
        """Keep feedback in the place of what was said of the same answer before."""
        ...

    async def given(self, owner: Owner, conversation_id: str = "") -> Sequence[Feedback]:
        """Return what somebody said of the answers of a conversation, or of all answers, in order of both."""
        ...

    async def counts(self, tenant: str) -> Sequence[FeedbackCount]:
        """Count the feedback of a tenant by knowledge base, in order of their ids."""
        ...


class RateableAnswers(Expiring, Erasable, Protocol):
    """Answers that were given outside conversations; what is over its time is not there."""

    async def note(self, answer: RateableAnswer) -> None:
        """Keep an answer; noting it again changes nothing."""
        ...

    async def answer(self, owner: Owner, id: str) -> RateableAnswer | None:
        """Return an answer that was given to the owner, or None."""
        ...

    async def answers(self, owner: Owner) -> Sequence[RateableAnswer]:
        """Return all answers that were given to the owner, in order of their ids."""
        ...
