"""Connect to Cosmos DB at the first use, with requests that may be sent twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from infra.azure.attempts import NO_REPEATS, Attempts, status_of
from infra.azure.cosmos.charges import RequestCharges
from infra.azure.cosmos.containers import CONTAINERS, PARTITION, Container
from shared.domain.errors import StoreUnavailable, TooLarge

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential
    from azure.cosmos.aio import ContainerProxy, CosmosClient

Result = TypeVar("Result")

SDK_OPTIONS: dict[str, Any] = {**NO_REPEATS, "retry_throttle_total": -1}
"""The SDK would send a write again without telling whether the first one arrived; 0 it takes for its default of 9."""

IN_FLIGHT = 64
"""Requests under way at once; the SDK opens at most 100 connections, and waiting for one would eat a request's time."""

LONGEST_QUEUE_SECONDS = 30.0
"""How long a request waits for its turn, in a burst of others, before that is an error."""


def patience() -> Attempts:
    """Return how long a request is tried: items are read and written in milliseconds, a page of a query in more."""
    return Attempts("the state store", deadline_seconds=10.0, attempt_seconds=4.0)


@dataclass
class CosmosConnection:
    """One client of an account, opened with the first request, since importing the SDK takes half a second.

    `credential` is an account key or a token credential of `azure.identity.aio`.
    """

    endpoint: str
    credential: str | AsyncTokenCredential = field(repr=False)
    database: str
    attempts: Attempts = field(default_factory=patience)
    charges: RequestCharges = field(default_factory=RequestCharges)
    _client: CosmosClient | None = None
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(IN_FLIGHT))

    async def container(self, container: Container) -> ContainerProxy:
        """Return the SDK's view of a container."""
        client = self._client or await self._open()
        return client.get_database_client(self.database).get_container_client(container.name)

    async def create_containers(self) -> None:
        """Create the database and its containers where they are missing; in the cloud, the Bicep files do."""
        from azure.cosmos import PartitionKey

        async def create_database() -> None:
            client = self._client or await self._open()
            await client.create_database_if_not_exists(self.database)

        async def create(container: Container) -> None:
            client = self._client or await self._open()
            # The SDK takes any default but None for a time to live.
            lifetime = {} if container.default_ttl is None else {"default_ttl": container.default_ttl}
            policies: dict[str, Any] = {"indexing_policy": container.indexing_policy, **lifetime}
            await client.get_database_client(self.database).create_container_if_not_exists(
                container.name, PartitionKey(f"/{PARTITION}"), **policies
            )

        await self.attempt(create_database)
        for each in CONTAINERS:
            await self.attempt(partial(create, each))

    async def ping(self) -> None:
        """Read the database's properties, which costs next to nothing. Raises StoreUnavailable."""

        async def read() -> None:
            client = self._client or await self._open()
            await client.get_database_client(self.database).read()

        await self.attempt(read)

    async def attempt(self, request: Callable[[], Awaitable[Result]]) -> Result:
        """Make a request that may be sent twice. Raises StoreUnavailable, or TooLarge for an item beyond 2 MB.

        Refusals of one item (404, 409, 412) come out as the SDK raises them.
        """
        if self._client is None:
            # On a thread, so as not to hold the event loop; a machine that is slow at it is not a service that is.
            await asyncio.to_thread(import_module, "azure.cosmos.aio")

        async def once() -> Result:
            try:
                return await request()
            except Exception as error:
                if status_of(error) == 413:
                    raise TooLarge("this is larger than the 2 MB that the state store keeps in one item") from error
                raise

        try:
            await asyncio.wait_for(self._turns.acquire(), LONGEST_QUEUE_SECONDS)
        except TimeoutError:
            raise StoreUnavailable("too many requests wait for the state store") from None
        try:
            return await self.attempts.make(once)
        finally:
            self._turns.release()

    async def close(self) -> None:
        """End the connections that are kept open for the next request."""
        if self._client is not None:
            client, self._client = self._client, None
            await client.close()

    async def _open(self) -> CosmosClient:
        async with self._opening:
            if self._client is None:
                client = self._make()
                try:
                    await client.__aenter__()
                except BaseException:
                    await client.close()
                    raise
                self._client = client
            return self._client

    def _make(self) -> CosmosClient:
        from azure.cosmos.aio import CosmosClient

        wait = self.attempts.attempt_seconds
        return CosmosClient(self.endpoint, self.credential, connection_timeout=wait, read_timeout=wait, **SDK_OPTIONS)
