"""Keeps the conversations of people for a bounded time."""

from collections.abc import Sequence
from typing import Protocol

from shared.domain.conversations import LAST_PLACE, Conversation, Message, Owner
from shared.ports.personal import Erasable


class Conversations(Protocol):
    """The conversations of each owner; those over their time are not there."""

    async def start(self, conversation: Conversation, most: int) -> bool:
        """Keep a new conversation where its owner has fewer than `most`; say whether it was kept."""
        ...

    async def conversation(self, owner: Owner, id: str) -> Conversation | None:
        """Return a conversation, or None."""
        ...

    async def conversations(self, owner: Owner, limit: int, before: str = LAST_PLACE) -> Sequence[Conversation]:
        """Return conversations, the one changed last first; `before` is the last place of the page before."""
        ...

    async def change(self, conversation: Conversation, known: Conversation, messages: Sequence[Message] = ()) -> bool:
        """Replace a conversation that is still `known`, and add messages, all at once; say whether it was so."""
        ...

    async def remove(self, owner: Owner, id: str) -> None:
        """Forget a conversation and its messages; one that is not there is no error."""
        ...


class Messages(Protocol):
    """The messages of conversations; those over their time are not there."""

    async def messages(self, owner: Owner, conversation_id: str, limit: int, after: int = 0) -> Sequence[Message]:
        """Return messages in order; `after` is the last number of the page before."""
        ...


class Expiring(Protocol):
    """A store that keeps things for a time."""

    async def sweep(self) -> int:
        """Remove what is over its time and count it; a store that does so by itself has nothing to remove."""
        ...


class ConversationStore(Conversations, Messages, Expiring, Erasable, Protocol):
    """One adapter for all of them."""
