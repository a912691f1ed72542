"""Feedback as JSON."""

from datetime import datetime

from pydantic import BaseModel, Field, model_validator

from functions.contracts.accepting import Accepting
from shared.domain.feedback import AnswerPlace, Feedback, FeedbackCount, RateableAnswer, Rating

COMPLETION = "chatcmpl-"
"""What the id of a chat completion has before that of its answer."""


class FeedbackRequest(Accepting):
    """What the caller says of an answer that they were given; the last word counts.

    The answer is named by `conversation_id` and `message_id`, or outside conversations by `answer_id`: that of the
    answer, or the id of a chat completion.
    """

    conversation_id: str = Field("", max_length=64)
    message_id: str = Field("", pattern=r"^\d{0,9}$")
    answer_id: str = Field("", pattern=r"^((chatcmpl-)?[0-9a-f]{32})?$")
    rating: Rating = Field(strict=False)
    comment: str = Field("", max_length=2000)
    corrected_answer: str = Field("", max_length=8000)

    @model_validator(mode="after")
    def names_one_answer(self) -> "FeedbackRequest":
        """Refuse what names no answer, or two."""
        if [bool(self.conversation_id), bool(self.message_id)] != [not self.answer_id] * 2:
            raise ValueError("give conversation_id and message_id, or answer_id alone")
        return self

    @property
    def place(self) -> AnswerPlace:
        """Where the answer is found."""
        return AnswerPlace(self.conversation_id, int(self.message_id or 0), self.answer_id.removeprefix(COMPLETION))


class FeedbackAnswer(BaseModel):
    """Feedback, with what the answer rested on: knowledge base, index version, model and cited chunks.

    `answer_id` names an answer outside conversations, `conversation_id` and `message_id` one inside; the others are
    empty.
    """

    conversation_id: str
    message_id: str
    answer_id: str
    rating: Rating
    comment: str
    corrected_answer: str
    kb_id: str
    version: int
    model_used: str
    chunk_ids: list[str]
    created_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, feedback: Feedback) -> "FeedbackAnswer":
        """Write feedback."""
        return cls(
            conversation_id=feedback.conversation_id,
            message_id=str(feedback.number) if feedback.conversation_id else "",
            answer_id=feedback.answer_id,
            rating=feedback.rating,
            comment=feedback.comment,
            corrected_answer=feedback.correction,
            kb_id=feedback.base,
            version=feedback.version,
            model_used=feedback.model,
            chunk_ids=list(feedback.chunk_ids),
            created_at=feedback.at,
            expires_at=feedback.expires_at,
        )


class AnswerTrace(BaseModel):
    """An answer outside conversations as it is kept, without its words: what it rested on, and until when."""

    answer_id: str
    kb_id: str
    version: int
    model_used: str
    chunk_ids: list[str]
    created_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, answer: RateableAnswer) -> "AnswerTrace":
        """Write an answer."""
        return cls(
            answer_id=answer.id,
            kb_id=answer.base,
            version=answer.version,
            model_used=answer.model,
            chunk_ids=list(answer.chunk_ids),
            created_at=answer.at,
            expires_at=answer.expires_at,
        )


class FeedbackCountAnswer(BaseModel):
    """How the answers from one knowledge base were rated, and how many ratings say more."""

    kb_id: str
    up: int
    down: int
    comments: int
    corrected_answers: int

    @classmethod
    def of(cls, count: FeedbackCount) -> "FeedbackCountAnswer":
        """Write a count."""
        return cls(
            kb_id=count.base,
            up=count.up,
            down=count.down,
            comments=count.comments,
            corrected_answers=count.corrections,
        )


class FeedbackCounts(BaseModel):
    """The counts of each knowledge base that the caller may read."""

    items: list[FeedbackCountAnswer]
