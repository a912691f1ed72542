"""Keeps what people say of answers for a bounded time."""

from collections.abc import Sequence
from typing import Protocol

from shared.domain.conversations import Owner
from shared.domain.feedback import Feedback, FeedbackCount
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
