"""Feedback as JSON."""

from datetime import datetime

from pydantic import BaseModel, Field

from functions.contracts.accepting import Accepting
from shared.domain.feedback import Feedback, FeedbackCount, Rating


class FeedbackRequest(Accepting):
    """What the caller says of an answer in one of their conversations; the last word counts."""

    conversation_id: str = Field(min_length=1, max_length=64)
    message_id: str = Field(pattern=r"^\d{1,9}$")
    rating: Rating = Field(strict=False)
    comment: str = Field("", max_length=2000)
    corrected_answer: str = Field("", max_length=8000)


class FeedbackAnswer(BaseModel):
    """Feedback, with what the answer rested on: knowledge base, index version, model and cited chunks."""

    conversation_id: str
    message_id: str
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
            message_id=str(feedback.number),
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
