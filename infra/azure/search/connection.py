"""One search index over the SDK: every call bounded, repeated where that may help, its errors in our words."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from infra.azure.attempts import Attempts
from infra.azure.search.translation import seconds, translation
from shared.domain.errors import KnowledgeError

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential
    from azure.search.documents.aio import SearchClient
    from azure.search.documents.indexes.aio import SearchIndexClient
    from azure.search.documents.indexes.models import SearchIndex

Result = TypeVar("Result")
API_VERSION = "2026-04-01"
"""The version of the service's API that all of this was written for."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait: seconds for one attempt and for a call with all its attempts, and times it is repeated.

    Pauses double from the first one, unless the service says how long to wait.
    """

    attempt_seconds: float = 10.0
    call_seconds: float = 30.0
    repeats: int = 3
    first_pause_seconds: float = 0.1

    @property
    def attempts(self) -> Attempts:
        """The same in the words of every service of Azure."""
        pauses = [self.first_pause_seconds * 2**repeat for repeat in range(self.repeats)]
        return Attempts("the search service", self.call_seconds, attempt_seconds=self.attempt_seconds, pauses=pauses)


@dataclass(frozen=True, slots=True)
class IndexingAnswer:
    """What the service says of each action by key: (done, HTTP status); seconds it asks to wait, 0 without."""

    items: dict[str, tuple[bool, int]]
    retry_after: float


class Connection:
    """Clients of one index, opened with the first call. All calls may be repeated without harm: keys make them so."""

    def __init__(self, endpoint: str, credential: str | AsyncTokenCredential, index: str, patience: Patience) -> None:
        """Reach an index of the service at `endpoint`; a string is a key."""
        self.index, self.patience = index, patience
        self._endpoint, self._credential = endpoint, credential
        self._clients: tuple[SearchClient, SearchIndexClient] | None = None

    async def search(self, query: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Ask one query, in the words of the wire, and return all its rows in the order of the service."""
        rows: list[dict[str, Any]] = []
        following: Mapping[str, Any] | None = query
        while following:
            answer, _ = await self._posted("search.post.search", json.dumps(following).encode())
            rows += answer["value"]
            following = answer.get("@search.nextPageParameters")
        return rows

    async def write(self, body: bytes) -> IndexingAnswer:
        """Send a batch of actions, written as JSON."""
        answer, wait = await self._posted("search.index", body)
        return IndexingAnswer({each["key"]: (each["status"], each["statusCode"]) for each in answer["value"]}, wait)

    async def _posted(self, route: str, body: bytes) -> tuple[dict[str, Any], float]:
        """Return what the service answers, and the seconds it asks to wait.

        The SDK's client sends it and keeps the connections and the tokens. Its models are left out: they take every
        number of a vector and every field of a row for itself, which is longer than the service takes.
        """

        async def send() -> tuple[dict[str, Any], float]:
            from azure.core.rest import HttpRequest

            client, _ = await self._opened()
            address = f"/indexes('{self.index}')/docs/{route}"
            headers = {"content-type": "application/json", "accept": "application/json;odata.metadata=none"}
            request = HttpRequest("POST", address, params={"api-version": API_VERSION}, headers=headers, content=body)
            response = await client.send_request(request)
            response.raise_for_status()
            answer = response.json()
            if not isinstance(answer.get("value"), list):
                raise ValueError("the answer has no list of values")
            return answer, seconds(response.headers.get("retry-after"))

        return await self.call(send)

    async def definition(self) -> SearchIndex | None:
        """Return the index as the service has it, or None where there is none."""
        from azure.core.exceptions import ResourceNotFoundError

        async def ask() -> SearchIndex | None:
            _, client = await self._opened()
            try:
                return await client.get_index(self.index)
            except ResourceNotFoundError:
                return None

        return await self.call(ask)

    async def define(self, definition: SearchIndex) -> None:
        """Create the index, or add to it what the definition has more."""

        async def send() -> None:
            _, client = await self._opened()
            await client.create_or_update_index(definition)

        await self.call(send)

    async def call(self, attempt: Callable[[], Awaitable[Result]]) -> Result:
        """Do something at the service, within the bounds of the patience. Raises the errors of `translation`."""
        # Importing the SDK takes a second, which is none of the service's.
        await self._opened()
        try:
            return await self.patience.attempts.repeated(attempt)
        except KnowledgeError:
            raise
        except Exception as error:
            # The SDK lets errors of its transport and of parsing through as they are, so there is no closed list.
            raise translation(error) from error

    async def _opened(self) -> tuple[SearchClient, SearchIndexClient]:
        if self._clients is None:
            opened = await asyncio.to_thread(self._open)
            # Two first calls may open a pair each; all but one of them are dropped unused.
            self._clients = self._clients or opened
        return self._clients

    def _open(self) -> tuple[SearchClient, SearchIndexClient]:
        from azure.core.credentials import AzureKeyCredential
        from azure.search.documents.aio import SearchClient
        from azure.search.documents.indexes.aio import SearchIndexClient

        credential = self._credential
        known = AzureKeyCredential(credential) if isinstance(credential, str) else credential
        # Repeats are counted in one place, here; the SDK repeats no POST after a lost answer anyway.
        options: dict[str, Any] = {"retry_total": 0, "api_version": API_VERSION}
        return (
            SearchClient(self._endpoint, self.index, known, **options),
            SearchIndexClient(self._endpoint, known, **options),
        )

    async def close(self) -> None:
        """End the connections that are kept open for the next call."""
        for client in self._clients or ():
            await client.close()
