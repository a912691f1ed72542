"""Conversations as JSON."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from functions.contracts.accepting import Accepting
from functions.contracts.asking import QueryAnswer, Source
from functions.contracts.options import QuestionOptions
from shared.domain.access import Principal, Scope
from shared.domain.answers import Question
from shared.domain.conversations import Conversation, ReadMessage
from shared.domain.feedback import Rating

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class NewConversation(Accepting):
    """A conversation to begin; without a title its first question gives it one."""

    kb_id: str = Field("default", max_length=64)
    title: Title | None = None


class ConversationChange(Accepting):
    """Another title."""

    title: Title


class ConversationAnswer(BaseModel):
    """A conversation; `message_count` counts what was ever written in it, `expires_at` is when it goes by itself."""

    id: str
    kb_id: str
    title: str
    message_count: int
    created_at: datetime
    updated_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, conversation: Conversation) -> "ConversationAnswer":
        """Write a conversation."""
        return cls(
            id=conversation.id,
            kb_id=conversation.base,
            title=conversation.title,
            message_count=conversation.length,
            created_at=conversation.created_at,
            updated_at=conversation.updated_at,
            expires_at=conversation.expires_at,
        )


class ConversationList(BaseModel):
    """One page of conversations, the one changed last first; `next` is empty on the last."""

    items: list[ConversationAnswer]
    next: str


class MessagePage(BaseModel):
    """Which page of messages: `after` is the `next` of the page before."""

    limit: int = Field(50, ge=1, le=200)
    after: str = Field("", pattern=r"^\d{0,9}$")

    @property
    def number(self) -> int:
        """The number of the last message of the page before."""
        return int(self.after or 0)


class MessageAnswer(BaseModel):
    """A message with those of its sources that the caller may read now; `hidden_sources` counts the others.

    The fields from `version` on tell of an answer; one that was stopped in the middle is not `complete`.
    `rating` is the feedback that the caller gave.
    """

    id: str
    role: Literal["user", "assistant"]
    content: str
    created_at: datetime
    kb_id: str
    sources: list[Source]
    hidden_sources: int
    version: int
    model_used: str
    tokens_used: int
    cost_usd: float
    confidence: float
    complete: bool
    rating: Rating | None

    @classmethod
    def of(cls, read: ReadMessage, rating: Rating | None) -> "MessageAnswer":
        """Write a message."""
        message = read.message
        return cls(
            id=str(message.number),
            role="user" if message.role == "user" else "assistant",
            content=message.text,
            created_at=message.at,
            kb_id=message.base,
            sources=[Source.of(each) for each in read.citations],
            hidden_sources=read.hidden,
            version=message.version,
            model_used=message.model,
            tokens_used=message.tokens,
            cost_usd=message.cost.usd,
            confidence=round(message.confidence, 4),
            complete=message.is_whole,
            rating=rating,
        )


class MessageList(BaseModel):
    """One page of messages in order; `next` is empty on the last."""

    items: list[MessageAnswer]
    next: str


class MessageRequest(QuestionOptions):
    """The next question of a conversation; `kb_id` is the conversation's own where it is left out."""

    content: str
    temperature: float = Field(0.0, ge=0, le=2)
    stream: bool = Field(False, description="Answer as server-sent events, as /chat/stream does.")

    def question(self, principal: Principal, scope: Scope) -> Question:
        """Say what is asked."""
        return self.asked(principal, scope, self.content, temperature=self.temperature)


class KeptAnswer(QueryAnswer):
    """An answer and where it is kept; `message_id` is empty where it could not be."""

    conversation_id: str
    message_id: str
