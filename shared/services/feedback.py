"""Take what people say of answers, and count it for those who run the service."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.access import Principal
from shared.domain.errors import NotFound
from shared.domain.feedback import Feedback, FeedbackCount, Rating
from shared.ports.feedback import FeedbackStore
from shared.services.conversations import ConversationService, owner_of


@dataclass(frozen=True)
class FeedbackService:
    """Feedback to the answers of the principal's own conversations; it is kept as long as a message."""

    kept: FeedbackStore
    conversations: ConversationService
    days: int
    clock: Callable[[], datetime]

    async def give(
        self, principal: Principal, conversation_id: str, number: int, rating: Rating, comment: str, correction: str
    ) -> Feedback:
        """Rate an answer, in place of what was said of it before. Raises NotFound where there is no such answer."""
        known = await self.conversations.get(principal, conversation_id)
        found = await self.conversations.kept_messages.messages(known.owner, known.id, 1, number - 1)
        answer = next((each for each in found if each.number == number and each.role == "assistant"), None)
        if answer is None:
            raise NotFound("there is no such answer in the conversation", message_id=str(number))
        now = self.clock()
        given = Feedback(
            owner=known.owner,
            conversation_id=known.id,
            number=number,
            rating=rating,
            comment=comment,
            correction=correction,
            base=answer.base,
            version=answer.version,
            model=answer.model,
            chunk_ids=tuple(dict.fromkeys(each.chunk_id for each in answer.sources)),
            at=now,
            expires_at=now + timedelta(days=self.days),
        )
        await self.kept.keep(given)
        return given

    async def ratings(self, principal: Principal, conversation_id: str) -> dict[int, Rating]:
        """Return how the principal rated the answers of a conversation, by their numbers."""
        found = await self.kept.given(owner_of(principal), conversation_id)
        return {each.number: each.rating for each in found}

    async def counts(self, principal: Principal) -> Sequence[FeedbackCount]:
        """Count the tenant's feedback by those knowledge bases that the principal may read."""
        return [each for each in await self.kept.counts(principal.tenant) if await self.readable(principal, each.base)]

    async def readable(self, principal: Principal, base_id: str) -> bool:
        """Say whether the principal may read a base."""
        try:
            await self.conversations.bases.get(principal, base_id)
        except NotFound:
            return False
        return True
