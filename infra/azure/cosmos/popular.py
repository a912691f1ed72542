"""Who asks which question, in Cosmos DB, a partition per knowledge base; the service drops what is over its time."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

from infra.azure.cosmos.connection import CosmosConnection
from infra.azure.cosmos.containers import PARTITION, POPULAR
from infra.azure.cosmos.conversations import lifetime
from infra.azure.cosmos.names import item_name, partition_of
from infra.azure.cosmos.table import Item, Table, with_partition
from infra.question_json import json_of, question_of
from shared.domain.access import BaseKey
from shared.domain.conversations import Owner
from shared.domain.popular import Asked

# The state of a base has no `asked_at`, so that it is in no list of what was asked.
LATEST = "SELECT * FROM c WHERE c.asked_at > 0 ORDER BY c.asked_at DESC"
OF_USER = "SELECT * FROM c WHERE c.user = @user AND c.tenant = @tenant"
ALL = "SELECT c.id FROM c"
STATE = item_name("state")


class CosmosPopular:
    """Implements the port PopularStore."""

    def __init__(self, connection: CosmosConnection) -> None:
        self._items = Table(connection, POPULAR)

    async def count(self, asked: Asked) -> None:
        """See the port."""
        await self._items.put(item_of(asked))

    async def latest(self, base: BaseKey, limit: int) -> Sequence[Asked]:
        """See the port."""
        return [asked_of(item) for item in await self._items.query(partition_of(base), LATEST, {}, limit)]

    async def asked_by(self, owner: Owner) -> Sequence[Asked]:
        """See the port."""
        found = [asked_of(item) for item in await self._of_user(owner)]
        return sorted(found, key=lambda each: each.at, reverse=True)

    async def forget(self, base: BaseKey) -> None:
        """See the port."""
        items = await self._items.query(partition_of(base), ALL, {})
        await self._items.delete_all(partition_of(base), [each["id"] for each in items])

    async def answered(self, base: BaseKey) -> str:
        """See the port."""
        item = await self._items.read(partition_of(base), STATE)
        return str(item["state"]) if item else ""

    async def note_answered(self, base: BaseKey, state: str) -> None:
        """See the port."""
        await self._items.put(with_partition(partition_of(base), STATE, state=state))

    async def erase(self, owner: Owner) -> None:
        """See the port."""
        names: defaultdict[str, list[str]] = defaultdict(list)
        for item in await self._of_user(owner):
            names[item[PARTITION]].append(item["id"])
        for partition, asked in names.items():
            await self._items.delete_all(partition, asked)

    async def sweep(self) -> int:
        """See the port."""
        return 0

    async def _of_user(self, owner: Owner) -> list[Item]:
        bound = {"@tenant": owner.tenant, "@user": owner.user}
        return await self._items.everywhere("questions of a user", OF_USER, bound)


def item_of(asked: Asked) -> Item:
    """Write what somebody asked."""
    base, question = asked.question.scope.base, json_of(asked.question)
    return with_partition(
        partition_of(base),
        item_name(asked.owner.user, json.dumps(question, sort_keys=True)),
        tenant=base.tenant,
        base=base.id,
        user=asked.owner.user,
        question=question,
        asked_at=asked.at.timestamp(),
        ends_at=asked.expires_at.timestamp(),
        ttl=lifetime(asked.expires_at - asked.at),
    )


def asked_of(item: Item) -> Asked:
    """Read what somebody asked."""
    question = question_of(BaseKey(item["tenant"], item["base"]), item["question"])
    at, ends_at = (datetime.fromtimestamp(item[name], UTC) for name in ("asked_at", "ends_at"))
    return Asked(Owner(item["tenant"], item["user"]), question, at, ends_at)
