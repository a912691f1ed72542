"""Ask within a conversation: the question is read with what was said before, and kept with its answer."""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace

from shared.domain.answers import AnswerEvent, Finished, Question, TextDelta
from shared.domain.conversations import Conversation, Message
from shared.domain.errors import Conflict, Unavailable
from shared.services.ask import Asking
from shared.services.conversations import ConversationService
from shared.services.spend import to_the_end

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Remembered:
    """Where an answer is kept: the number of its message, 0 where it could not be kept."""

    conversation_id: str
    number: int


@dataclass(frozen=True)
class Conversing:
    """Questions that follow each other."""

    ask: Asking
    conversations: ConversationService

    async def continued(self, question: Question, conversation: Conversation) -> Question:
        """Return the question as asked behind the conversation. Raises BadQuestion, or Conflict where it is full."""
        return self.ask.screen(replace(question, history=await self.conversations.history(conversation)))

    async def stream(
        self, question: Question, conversation: Conversation
    ) -> AsyncGenerator[AnswerEvent | Remembered, None]:
        """Answer like Asking.stream, and say before the end where the answer is kept.

        A stream that is closed, or fails behind its first word, leaves what it has written in the conversation.
        """
        written: list[str] = []
        try:
            async with aclosing(self.ask.stream(question)) as events:
                async for event in events:
                    match event:
                        case TextDelta(text):
                            written.append(text)
                        case Finished(answer):
                            written.clear()
                            message = self.conversations.message(question.scope.base, answer)
                            number = await to_the_end(self.kept(question, conversation, message))
                            yield Remembered(conversation.id, number)
                    yield event
        finally:
            if text := "".join(written).strip():
                message = self.conversations.stopped(question.scope.base, text)
                await to_the_end(self.kept(question, conversation, message))

    async def kept(self, question: Question, conversation: Conversation, answer: Message) -> int:
        """Keep a question and its answer; the answer was given and paid, so that it does not fail where that fails."""
        base = question.scope.base
        try:
            return await self.conversations.remember(conversation.owner, conversation.id, base, question.text, answer)
        except (Unavailable, Conflict) as error:
            logger.warning("an answer was not kept in its conversation: %s", error)
            return 0
