"""Answers in Cosmos DB, which drops them by itself when their time is over."""

import json
from collections.abc import Callable, Sequence
from math import ceil, inf
from time import time

from infra.answer_json import answer_of, json_of
from infra.answer_name import answer_name
from infra.azure.cosmos.connection import CosmosConnection
from infra.azure.cosmos.containers import ANSWERS
from infra.azure.cosmos.names import partition_of
from infra.azure.cosmos.table import Table, with_partition
from shared.domain.access import BaseKey
from shared.domain.answers import Answer, Question
from shared.domain.caching import Holding, Kept
from shared.domain.errors import TooLarge


class CosmosAnswerCache:
    """Port AnswerCache, shared by every instance; an answer of more than 2 MB is not kept."""

    def __init__(
        self, connection: CosmosConnection, seconds: int, origin: str, clock: Callable[[], float] = time
    ) -> None:
        """Keep each answer for `seconds`; 0 keeps none. `origin` names what answers, `clock` gives Unix seconds."""
        self._answers, self._seconds, self._origin, self._clock = Table(connection, ANSWERS), seconds, origin, clock

    async def get(self, question: Question, version: int) -> Kept | None:
        """See the port."""
        name = answer_name(question, version, self._origin)
        item = await self._answers.read(partition_of(question.scope.base), name)
        left = item["ends_at"] - self._clock() if item else 0
        return Kept(answer_of(item["answer"]), left) if item and left > 0 else None

    async def keep(self, question: Question, version: int, answer: Answer, seconds: float = inf) -> None:
        """See the port."""
        lifetime = ceil(min(self._seconds, seconds))
        if lifetime <= 0:
            return
        partition, name = partition_of(question.scope.base), answer_name(question, version, self._origin)
        ends_at, written = self._clock() + lifetime, json_of(answer)
        size = len(json.dumps(written, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        item = with_partition(partition, name, ttl=lifetime, ends_at=ends_at, size=size, answer=written)
        try:
            await self._answers.put(item)
        except TooLarge:
            await self._answers.delete(partition, name)

    async def forget(self, base: BaseKey) -> None:
        """See the port."""
        items = await self._answers.query(partition_of(base), "SELECT c.id FROM c", {})
        await self._answers.delete_all(partition_of(base), [each["id"] for each in items])

    async def holding(self, bases: Sequence[BaseKey]) -> Holding:
        """See the port."""
        found = [await self._answers.query(partition_of(each), "SELECT c.size FROM c", {}) for each in bases]
        sizes = [item["size"] for items in found for item in items]
        return Holding(len(sizes), sum(sizes))
