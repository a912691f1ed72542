"""What keeps the things that belong to one person: their conversations, what they say of answers, and what they ask."""

from dataclasses import dataclass

from shared.ports.conversations import ConversationStore
from shared.ports.feedback import FeedbackStore, RateableAnswers
from shared.ports.popular import PopularStore


@dataclass(frozen=True)
class PersonalGround:
    """One adapter for every port of them."""

    conversations: ConversationStore
    feedback: FeedbackStore
    rateable_answers: RateableAnswers
    popular: PopularStore
