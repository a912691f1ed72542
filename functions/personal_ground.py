"""What keeps the things that belong to one person: their conversations, and what they say of answers."""

from dataclasses import dataclass

from shared.ports.conversations import ConversationStore
from shared.ports.feedback import FeedbackStore, RateableAnswers


@dataclass(frozen=True)
class PersonalGround:
    """One adapter for every port of them."""

    conversations: ConversationStore
    feedback: FeedbackStore
    rateable_answers: RateableAnswers
