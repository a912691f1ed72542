"""What people say of answers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.domain.conversations import Owner


class Rating(StrEnum):
    """Thumbs up or down."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class AnswerPlace:
    """Where an answer is found again: under a message's number in a conversation, or outside all under its own id."""

    conversation_id: str = ""
    number: int = 0
    answer_id: str = ""


@dataclass(frozen=True, slots=True)
class RateableAnswer:
    """What feedback needs to know of an answer, and nothing of its words: what it rested on, and who wrote it."""

    owner: Owner
    id: str
    base: str
    version: int
    model: str
    chunk_ids: tuple[str, ...]
    at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody says of one answer that they were given, once; the last word counts.

    `number` is that of the answer's message in its conversation; one outside conversations has an `answer_id` instead.
    `base`, `version`, `model` and `chunk_ids` say what the answer rested on:
    the knowledge base, its index version, who wrote it and which chunks it cited.
    """

    owner: Owner
    conversation_id: str
    number: int
    rating: Rating
    comment: str
    correction: str
    base: str
    version: int
    model: str
    chunk_ids: tuple[str, ...]
    at: datetime
    expires_at: datetime
    answer_id: str = ""

    @property
    def thread(self) -> str:
        """What tells it, with its number, from what the same person says of other answers."""
        return self.conversation_id or self.answer_id


@dataclass(frozen=True, slots=True)
class FeedbackCount:
    """How the answers from one knowledge base were rated, and how many ratings say more."""

    base: str
    up: int = 0
    down: int = 0
    comments: int = 0
    corrections: int = 0

    def with_one(self, rating: Rating, has_comment: bool, has_correction: bool) -> "FeedbackCount":
        """Count one more."""
        return FeedbackCount(
            self.base,
            self.up + (rating is Rating.UP),
            self.down + (rating is Rating.DOWN),
            self.comments + has_comment,
            self.corrections + has_correction,
        )
