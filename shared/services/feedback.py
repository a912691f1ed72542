"""Take what people say of answers, and count it for those who run the service."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.access import Principal
from shared.domain.errors import NotFound
from shared.domain.feedback import AnswerPlace, Feedback, FeedbackCount, RateableAnswer, Rating
from shared.ports.feedback import FeedbackStore, RateableAnswers
from shared.services.conversations import ConversationService, owner_of


@dataclass(frozen=True)
class FeedbackService:
    """Feedback to the answers that the principal was given; it is kept as long as a message."""

    kept: FeedbackStore
    answers: RateableAnswers
    conversations: ConversationService
    days: int
    clock: Callable[[], datetime]

    async def give(
        self, principal: Principal, place: AnswerPlace, rating: Rating, comment: str, correction: str
    ) -> Feedback:
        """Rate an answer, in place of what was said of it before. Raises NotFound where there is no such answer."""
        answer = await (self.answered if place.answer_id else self.said)(principal, place)
        now = self.clock()
        given = Feedback(
            owner=answer.owner,
            conversation_id=place.conversation_id,
            number=place.number,
            rating=rating,
            comment=comment,
            correction=correction,
            base=answer.base,
            version=answer.version,
            model=answer.model,
            chunk_ids=answer.chunk_ids,
            at=now,
            expires_at=now + timedelta(days=self.days),
            answer_id=place.answer_id,
        )
        await self.kept.keep(given)
        return given

    async def answered(self, principal: Principal, place: AnswerPlace) -> RateableAnswer:
        """Return an answer outside conversations. Raises NotFound."""
        found = await self.answers.answer(owner_of(principal), place.answer_id)
        if found is None:
            raise NotFound("there is no such answer, or none any more", answer_id=place.answer_id)
        return found

    async def said(self, principal: Principal, place: AnswerPlace) -> RateableAnswer:
        """Return an answer of a conversation. Raises NotFound."""
        known = await self.conversations.get(principal, place.conversation_id)
        found = await self.conversations.kept_messages.messages(known.owner, known.id, 1, place.number - 1)
        answer = next((each for each in found if each.number == place.number and each.role == "assistant"), None)
        if answer is None:
            raise NotFound("there is no such answer in the conversation", message_id=str(place.number))
        chunk_ids = tuple(dict.fromkeys(each.chunk_id for each in answer.sources))
        return RateableAnswer(
            known.owner, "", answer.base, answer.version, answer.model, chunk_ids, answer.at, answer.expires_at
        )

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
