"""Conversations, and the messages in them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from shared.domain.answers import Citation
from shared.domain.money import Money

LAST_PLACE = "~"
"""Behind the place of every conversation."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The person or program of a tenant that conversations belong to; nobody else reads them."""

    tenant: str
    user: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """What one owner asks of a knowledge base, one question behind the other.

    `title` is empty until the first question or the owner gives one. `length` counts the messages that were ever
    written; those older than the time that is kept are gone, and so is a conversation that nobody changed for so long.
    """

    owner: Owner
    id: str
    base: str
    title: str
    created_at: datetime
    updated_at: datetime
    expires_at: datetime
    length: int = 0

    @property
    def place(self) -> str:
        """Where it stands in the order of last changes."""
        return f"{self.updated_at.astimezone(UTC).strftime('%Y%m%dT%H%M%S.%fZ')}-{self.id}"


@dataclass(frozen=True, slots=True)
class KeptSource:
    """A citation as it is kept: which chunk said `quote`; the chunk is looked up again for whoever reads it."""

    number: int
    chunk_id: str
    quote: str
    score: float


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `number` counts from 1 in its conversation, `role` is "user" or "assistant".

    An answer names the base it was asked of, the base's index version, its sources, what it took and its model; one
    that was stopped in the middle is not `is_whole`.
    """

    number: int
    role: str
    text: str
    at: datetime
    expires_at: datetime
    base: str
    version: int = 0
    sources: tuple[KeptSource, ...] = ()
    model: str = ""
    tokens: int = 0
    cost: Money = Money()
    confidence: float = 0.0
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class ReadMessage:
    """A message with those of its sources that its reader may read now, and how many others it had."""

    message: Message
    citations: tuple[Citation, ...]
    hidden: int
