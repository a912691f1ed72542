"""What people say of answers, in Cosmos DB, a partition per tenant; the service drops what is over its time."""

from collections.abc import Sequence

from infra.azure.cosmos.connection import CosmosConnection
from infra.azure.cosmos.containers import FEEDBACK
from infra.azure.cosmos.conversations import lifetime
from infra.azure.cosmos.names import item_name
from infra.azure.cosmos.table import Item, Table, with_partition
from infra.feedback_json import feedback_of, json_of
from shared.domain.conversations import Owner
from shared.domain.feedback import Feedback, FeedbackCount, Rating

OF_CONVERSATION = "SELECT c.feedback FROM c WHERE c.giver = @giver AND c.conversation = @conversation"
OF_OWNER = "SELECT c.feedback FROM c WHERE c.giver = @giver"
NAMES = "SELECT c.id FROM c WHERE c.giver = @giver"
COUNTED = "SELECT c.base, c.rating, c.has_comment, c.has_correction FROM c"


class CosmosFeedback:
    """Implements the port FeedbackStore."""

    def __init__(self, connection: CosmosConnection) -> None:
        self._items = Table(connection, FEEDBACK)

    async def keep(self, feedback: Feedback) -> None:
        """See the port."""
        await self._items.put(item_of(feedback))

    async def given(self, owner: Owner, conversation_id: str = "") -> Sequence[Feedback]:
        """See the port."""
        wanted = {"@giver": owner.user, **({"@conversation": conversation_id} if conversation_id else {})}
        query = OF_CONVERSATION if conversation_id else OF_OWNER
        items = await self._items.query(item_name(owner.tenant), query, wanted)
        found = [feedback_of(item["feedback"]) for item in items]
        return sorted(found, key=lambda each: (each.thread, each.number))

    async def counts(self, tenant: str) -> Sequence[FeedbackCount]:
        """See the port."""
        found: dict[str, FeedbackCount] = {}
        for item in await self._items.query(item_name(tenant), COUNTED, {}):
            count = found.get(item["base"], FeedbackCount(item["base"]))
            rating = Rating(item["rating"])
            found[count.base] = count.with_one(rating, item["has_comment"], item["has_correction"])
        return [found[base] for base in sorted(found)]

    async def erase(self, owner: Owner) -> None:
        """See the port."""
        partition = item_name(owner.tenant)
        found = await self._items.query(partition, NAMES, {"@giver": owner.user})
        await self._items.delete_all(partition, [item["id"] for item in found])

    async def sweep(self) -> int:
        """See the port."""
        return 0


def item_of(feedback: Feedback) -> Item:
    """Write feedback."""
    owner = feedback.owner
    return with_partition(
        item_name(owner.tenant),
        item_name(owner.user, feedback.thread, str(feedback.number)),
        giver=owner.user,
        conversation=feedback.thread,
        base=feedback.base,
        rating=feedback.rating.value,
        has_comment=bool(feedback.comment),
        has_correction=bool(feedback.correction),
        feedback=json_of(feedback),
        ttl=lifetime(feedback.expires_at - feedback.at),
    )
