"""Puts the services of what belongs to one person on their ground."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from functions.ground import Ground
from functions.identity_rooms import IdentityServices
from shared.ports.conversations import Expiring
from shared.services.account import Account
from shared.services.ask import Asking
from shared.services.belongings import Belongings
from shared.services.conversations import ConversationService
from shared.services.conversing import Conversing
from shared.services.feedback import FeedbackService
from shared.services.knowledge_bases import KnowledgeBases
from shared.services.noting import Noting
from shared.services.people import People
from shared.services.personal_traces import PersonalStores, PersonalTraces


@dataclass(frozen=True)
class PersonalServices:
    """What the functions call about what one person said and left; `expiring` are the stores of what was said.

    Nobody has traces where nobody signs in.
    """

    conversations: ConversationService
    conversing: Conversing
    feedback: FeedbackService
    noting: Noting
    traces: PersonalTraces | None
    expiring: Sequence[Expiring]


def personal_services(
    days: int,
    ground: Ground,
    bases: KnowledgeBases,
    ask: Asking,
    identity: IdentityServices | None,
    clock: Callable[[], datetime],
) -> PersonalServices:
    """Keep what people say for so many days."""
    kept, said, given = ground.personal.conversations, ground.personal.feedback, ground.personal.rateable_answers
    conversations = ConversationService(kept, kept, bases, ground.index, days, clock)
    feedback = FeedbackService(said, given, conversations, days, clock)
    traces = personal_traces(ground, identity.people, conversations) if identity else None
    noting, expiring = Noting(given, days, clock), (kept, said, given, ground.personal.popular)
    return PersonalServices(conversations, Conversing(ask, conversations), feedback, noting, traces, expiring)


def personal_traces(ground: Ground, people: People, conversations: ConversationService) -> PersonalTraces:
    """List the stores that keep something of a person."""
    stores = PersonalStores(
        ground.personal.conversations,
        ground.personal.feedback,
        ground.personal.rateable_answers,
        ground.personal.popular,
        Belongings(ground.catalog, conversations.bases.documents),
        ground.ledger,
        Account(people.users, people.sessions),
    )
    return PersonalTraces(people, stores, conversations)
