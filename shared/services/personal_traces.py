"""Show and erase everything that a person left."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, fields

from shared.domain.access import Principal
from shared.domain.audit import AuditEntry, Deed
from shared.domain.conversations import Conversation, Owner, ReadMessage
from shared.domain.feedback import Feedback, RateableAnswer
from shared.domain.money import SettledCall
from shared.domain.popular import Asked
from shared.domain.users import Session, User
from shared.ports.conversations import ConversationStore
from shared.ports.feedback import FeedbackStore, RateableAnswers
from shared.ports.ledger import PersonalUsage
from shared.ports.personal import Erasable
from shared.ports.popular import PopularStore
from shared.services.account import Account
from shared.services.belongings import Belongings, Owned
from shared.services.conversations import MOST_CONVERSATIONS, ConversationService, owner_of
from shared.services.people import People

PAGE = 200
"""Rows of the audit trail, and messages, that are read at once."""


@dataclass(frozen=True)
class Spoken:
    """A conversation and its messages."""

    conversation: Conversation
    messages: Sequence[ReadMessage]


@dataclass(frozen=True)
class Export:
    """Everything that is kept of somebody under their name; without a user where another directory has the account."""

    owner: Owner
    user: User | None
    sessions: Sequence[Session]
    deeds: Sequence[AuditEntry]
    calls: Sequence[SettledCall]
    conversations: Sequence[Spoken]
    feedback: Sequence[Feedback]
    answers: Sequence[RateableAnswer]
    asked: Sequence[Asked]
    owned: Owned


@dataclass(frozen=True)
class PersonalStores:
    """Every store that keeps something under a person's name, in the order in which they are erased.

    The account comes last: whoever still has one can try again. Two stores are not here. The audit trail never loses
    a row; its ids lead to nobody without the account. The day's count of requests goes by itself within two days.
    """

    conversations: ConversationStore
    feedback: FeedbackStore
    answers: RateableAnswers
    popular: PopularStore
    belongings: Belongings
    usage: PersonalUsage
    account: Account

    def __iter__(self) -> Iterator[Erasable]:
        return (getattr(self, each.name) for each in fields(self))


@dataclass(frozen=True)
class PersonalTraces:
    """What is kept of the principal."""

    people: People
    stores: PersonalStores
    conversations: ConversationService

    async def export(self, principal: Principal, request_id: str) -> Export:
        """Return everything kept of oneself. Raises NotFound for whoever has no account, here or in a directory."""
        owner, stores = owner_of(principal), self.stores
        user = await self._account(principal)
        await self.people.trail.note(principal, Deed.EXPORTED, owner.user, request_id)
        return Export(
            owner=owner,
            user=user,
            sessions=await stores.account.sessions.sessions(owner.user),
            deeds=[each async for each in self._deeds(owner.tenant) if owner.user in (each.who, each.about)],
            calls=await stores.usage.calls_of(owner),
            conversations=[
                Spoken(each, [message async for message in self._messages(principal, each.id)])
                for each in await stores.conversations.conversations(owner, MOST_CONVERSATIONS)
            ],
            feedback=await stores.feedback.given(owner),
            answers=await stores.answers.answers(owner),
            asked=await stores.popular.asked_by(owner),
            owned=await stores.belongings.of(owner),
        )

    async def erase(self, principal: Principal, request_id: str) -> bool:
        """Erase oneself, and say whether the account went too: that of another directory is not ours to delete.

        The trail says so first; its rows name an id that leads to nobody then but through that directory, the ledger's
        none. Erasing again takes up what was cut. Raises NotFound as above, and what the stores raise.
        """
        user = await self._account(principal)
        await self.people.trail.note(principal, Deed.ERASED if user else Deed.TRACES_ERASED, principal.user, request_id)
        for each in self.stores:
            await each.erase(owner_of(principal))
        return user is not None

    async def _account(self, principal: Principal) -> User | None:
        """Return the account of somebody, or None where another directory has it."""
        return None if principal.is_of_directory else await self.people.get(principal.tenant, principal.user)

    async def _deeds(self, tenant: str) -> AsyncIterator[AuditEntry]:
        after = ""
        while page := await self.people.audit.entries(tenant, PAGE, after):
            for each in page:
                yield each
            after = page[-1].id

    async def _messages(self, principal: Principal, id: str) -> AsyncIterator[ReadMessage]:
        after = 0
        while page := await self.conversations.messages(principal, id, PAGE, after):
            for each in page:
                yield each
            after = page[-1].message.number
