"""The conversations of people in Cosmos DB, a partition per owner; the service drops what is over its time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from infra.azure.cosmos.connection import CosmosConnection
from infra.azure.cosmos.containers import CONVERSATIONS
from infra.azure.cosmos.names import item_name
from infra.azure.cosmos.table import Item, Table, with_partition
from infra.message_json import json_of, message_of
from shared.domain.conversations import LAST_PLACE, Conversation, Message, Owner

# Messages have no place, so that they are in no list of conversations.
PAGE = "SELECT * FROM c WHERE c.place < @before ORDER BY c.place DESC"
COUNTED = "SELECT c.id FROM c WHERE c.place < @before"
MESSAGES = "SELECT * FROM c WHERE c.thread = @thread AND c.number > @after ORDER BY c.number"
NAMES = "SELECT c.id FROM c WHERE c.thread = @thread"


class CosmosConversations:
    """Implements the ports Conversations, Messages, Expiring and Erasable."""

    def __init__(self, connection: CosmosConnection) -> None:
        self._items = Table(connection, CONVERSATIONS)

    async def start(self, conversation: Conversation, most: int) -> bool:
        """See the port. Of several that start at once, a few may come to stand beyond `most`."""
        found = await self._items.query(partition_of(conversation.owner), COUNTED, {"@before": LAST_PLACE}, most)
        if len(found) >= most:
            return False
        await self._items.put(item_of(conversation))
        return True

    async def conversation(self, owner: Owner, id: str) -> Conversation | None:
        """See the port."""
        item = await self._items.read(partition_of(owner), conversation_name(id))
        return conversation_of(item) if item else None

    async def conversations(self, owner: Owner, limit: int, before: str = LAST_PLACE) -> Sequence[Conversation]:
        """See the port."""
        items = await self._items.query(partition_of(owner), PAGE, {"@before": before}, limit)
        return [conversation_of(item) for item in items]

    async def change(self, conversation: Conversation, known: Conversation, messages: Sequence[Message] = ()) -> bool:
        """See the port."""
        partition, name = partition_of(known.owner), conversation_name(known.id)
        item = await self._items.read(partition, name)
        if item is None or conversation_of(item) != known:
            return False
        changed: tuple[Any, ...] = ("replace", (name, item_of(conversation)), {"if_match_etag": item["_etag"]})
        added = [("create", (item_of_message(known, each),)) for each in messages]
        if await self._items.batch(partition, [changed, *added]) is None:
            return True
        # Either somebody was faster, or the answer to an earlier attempt of this very call was lost.
        return await self.conversation(known.owner, known.id) == conversation

    async def remove(self, owner: Owner, id: str) -> None:
        """See the port. Without the conversation no message is added, so its messages come last."""
        partition = partition_of(owner)
        await self._items.delete(partition, conversation_name(id))
        found = await self._items.query(partition, NAMES, {"@thread": id})
        await self._items.delete_all(partition, [item["id"] for item in found])

    async def erase(self, owner: Owner) -> None:
        """See the port."""
        partition = partition_of(owner)
        found = await self._items.query(partition, "SELECT c.id FROM c", {})
        await self._items.delete_all(partition, [item["id"] for item in found])

    async def messages(self, owner: Owner, conversation_id: str, limit: int, after: int = 0) -> Sequence[Message]:
        """See the port."""
        wanted = {"@thread": conversation_id, "@after": after}
        items = await self._items.query(partition_of(owner), MESSAGES, wanted, limit)
        return [message_of(item["message"]) for item in items]

    async def sweep(self) -> int:
        """See the port."""
        return 0


def partition_of(owner: Owner) -> str:
    """Return the partition of what belongs to an owner."""
    return item_name(owner.tenant, owner.user)


def conversation_name(id: str) -> str:
    """Name the item of a conversation."""
    return item_name("conversation", id)


def lifetime(span: timedelta) -> int:
    """Return the seconds that an item lives from now on."""
    return max(1, ceil(span.total_seconds()))


def item_of(conversation: Conversation) -> Item:
    """Write a conversation."""
    return with_partition(
        partition_of(conversation.owner),
        conversation_name(conversation.id),
        tenant=conversation.owner.tenant,
        user=conversation.owner.user,
        conversation=conversation.id,
        base=conversation.base,
        title=conversation.title,
        created_at=conversation.created_at.isoformat(),
        updated_at=conversation.updated_at.isoformat(),
        expires_at=conversation.expires_at.isoformat(),
        length=conversation.length,
        place=conversation.place,
        ttl=lifetime(conversation.expires_at - conversation.updated_at),
    )


def item_of_message(conversation: Conversation, message: Message) -> Item:
    """Write a message of a conversation."""
    return with_partition(
        partition_of(conversation.owner),
        item_name("message", conversation.id, str(message.number)),
        thread=conversation.id,
        number=message.number,
        message=json_of(message),
        ttl=lifetime(message.expires_at - message.at),
    )


def conversation_of(item: Item) -> Conversation:
    """Read a conversation."""
    return Conversation(
        owner=Owner(item["tenant"], item["user"]),
        id=item["conversation"],
        base=item["base"],
        title=item["title"],
        created_at=datetime.fromisoformat(item["created_at"]),
        updated_at=datetime.fromisoformat(item["updated_at"]),
        expires_at=datetime.fromisoformat(item["expires_at"]),
        length=item["length"],
    )
