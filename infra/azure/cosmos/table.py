"""One container's items: point reads, guarded writes, batches and queries, all of them safe to send twice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from infra.azure.cosmos.connection import CosmosConnection
from infra.azure.cosmos.containers import CROSS_PARTITION, PARTITION, Container
from infra.azure.cosmos.side_by_side import side_by_side
from shared.domain.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from azure.cosmos.aio import ContainerProxy

Item = dict[str, Any]

PAGE = 100
"""Items that one page of a query brings at most."""

BATCH = 100
"""Operations that one transactional batch takes at most; a limit of the service."""


class Refusal(Enum):
    """Why the service did not write an item."""

    MISSING = 404
    TAKEN = 409
    CHANGED = 412


@dataclass(frozen=True, slots=True)
class BatchRefusal:
    """The operation that ended a batch, none of which was written, by its place and its status."""

    place: int
    status: int


@dataclass(frozen=True)
class Table:
    """The items of one container. Every method raises StoreUnavailable where the service cannot be used.

    A request whose answer was lost is sent again, so a write has to be one that changes nothing the second time, or
    that nobody minds twice.
    """

    connection: CosmosConnection
    container: Container

    async def read(self, partition: str, name: str) -> Item | None:
        """Return an item, or None."""
        found = await self._refusable("read", lambda proxy, hook: proxy.read_item(name, partition, response_hook=hook))
        return None if isinstance(found, Refusal) else found

    async def create(self, item: Item) -> Refusal | None:
        """Add an item; TAKEN where its id is."""
        made = await self._refusable("create", lambda proxy, hook: proxy.create_item(item, response_hook=hook))
        return made if isinstance(made, Refusal) else None

    async def put(self, item: Item) -> None:
        """Add an item or replace the one of its id."""
        await self._run("put", lambda proxy, hook: proxy.upsert_item(item, response_hook=hook))

    async def replace(self, item: Item, etag: str) -> Refusal | None:
        """Replace an item that still has the ETag; MISSING or CHANGED otherwise."""
        from azure.core import MatchConditions

        made = await self._refusable(
            "replace",
            lambda proxy, hook: proxy.replace_item(
                item["id"], item, etag=etag, match_condition=MatchConditions.IfNotModified, response_hook=hook
            ),
        )
        return made if isinstance(made, Refusal) else None

    async def patch(
        self, partition: str, name: str, operations: Sequence[Item], condition: str | None = None
    ) -> Item | Refusal:
        """Change parts of an item for which the condition holds, and return it whole; else MISSING or CHANGED."""
        return await self._refusable(
            "patch",
            lambda proxy, hook: proxy.patch_item(
                name, partition, list(operations), filter_predicate=condition, response_hook=hook
            ),
        )

    async def delete(self, partition: str, name: str, etag: str | None = None) -> Refusal | None:
        """Remove an item, where an ETag is given only while it has that; MISSING where it is gone."""
        from azure.core import MatchConditions

        guard = {"etag": etag, "match_condition": MatchConditions.IfNotModified} if etag else {}
        gone = await self._refusable(
            "delete", lambda proxy, hook: proxy.delete_item(name, partition, response_hook=hook, **guard)
        )
        return gone if isinstance(gone, Refusal) else None

    async def batch(self, partition: str, operations: Sequence[tuple[Any, ...]]) -> BatchRefusal | None:
        """Write up to BATCH operations in one partition, all of them or none; say which one was refused."""
        from azure.cosmos.exceptions import CosmosBatchOperationError

        try:
            await self._run(
                "batch",
                # The SDK takes the conditions out of what it is given, so that a repeat would go without them.
                lambda proxy, hook: proxy.execute_item_batch(deepcopy(list(operations)), partition, response_hook=hook),
            )
        except CosmosBatchOperationError as error:
            return BatchRefusal(error.error_index, error.status_code or 0)
        return None

    async def delete_all(self, partition: str, names: Sequence[str]) -> None:
        """Remove items of a partition; those that are gone are no error."""

        async def delete(name: str) -> None:
            await self.delete(partition, name)

        await side_by_side(delete, names)

    async def query(
        self, partition: str, sql: str, parameters: Mapping[str, object], limit: int | None = None
    ) -> list[Item]:
        """Return what a query finds in one partition, at most `limit` items."""
        found: list[Item] = []
        async for item in self._pages(sql, parameters, {"partition_key": partition}, min(limit or PAGE, PAGE)):
            if limit is not None and len(found) == limit:
                break
            found.append(item)
        return found

    async def everywhere(self, query: str, sql: str, parameters: Mapping[str, object]) -> list[Item]:
        """Return what one of the queries of CROSS_PARTITION finds in all partitions, in no order."""
        if query not in CROSS_PARTITION:
            raise ValueError(f"{query!r} is not among the queries that may cross partitions")
        return [item async for item in self._pages(sql, parameters, {}, PAGE)]

    async def _pages(
        self, sql: str, parameters: Mapping[str, object], where: dict[str, Any], size: int
    ) -> AsyncIterator[Item]:
        bound = [{"name": name, "value": value} for name, value in parameters.items()]
        token: str | None = None
        while True:
            page, token = await self._page(sql, bound, where, size, token)
            for item in page:
                yield item
            if token is None:
                return

    async def _page(
        self, sql: str, bound: list[Item], where: dict[str, Any], size: int, token: str | None
    ) -> tuple[list[Item], str | None]:
        """Return one page and the token of the next, so that a repeat goes on where the last page ended."""

        async def read() -> tuple[list[Item], str | None]:
            proxy, hook = await self._opened("query")
            found = proxy.query_items(sql, parameters=bound, max_item_count=size, response_hook=hook, **where)
            pages: Any = found.by_page(token)
            try:
                return [item async for item in await anext(pages)], pages.continuation_token
            except StopAsyncIteration:
                return [], None

        from azure.cosmos.exceptions import CosmosResourceNotFoundError

        try:
            return await self.connection.attempt(read)
        except CosmosResourceNotFoundError as error:
            # A query finds nothing where there is nothing; it is the container itself that is missing.
            raise StoreUnavailable(f"the state store has no container {self.container.name!r}") from error

    async def _refusable(self, operation: str, request: Callable[..., Any]) -> Item | Refusal:
        """Return what the service answers, or why it refuses this one item."""
        from azure.cosmos.exceptions import CosmosHttpResponseError

        try:
            answer: Item = await self._run(operation, request)
            return answer
        except CosmosHttpResponseError as error:
            return Refusal(error.status_code)

    async def _run(self, operation: str, request: Callable[..., Any]) -> Any:
        async def once() -> Any:
            proxy, note = await self._opened(operation)
            try:
                return await request(proxy, note)
            except Exception as error:
                # A refusal is paid as well.
                note(getattr(error, "headers", None) or {}, None)
                raise

        return await self.connection.attempt(once)

    async def _opened(self, operation: str) -> tuple[ContainerProxy, Callable[..., None]]:
        def note(headers: Mapping[str, str], _: object) -> None:
            if "x-ms-request-charge" in headers:
                units = float(headers["x-ms-request-charge"])
                self.connection.charges.note(self.container.name, operation, units)

        return await self.connection.container(self.container), note


def with_partition(partition: str, name: str, /, **properties: Any) -> Item:
    """Return an item under its id and in its partition."""
    return {"id": name, PARTITION: partition, **properties}


def listed(name: str, values: Sequence[str]) -> tuple[str, dict[str, str]]:
    """Return the parameters of an IN clause, written out and bound."""
    bound = {f"@{name}{place}": value for place, value in enumerate(values)}
    return ", ".join(bound), bound
