"""The adapter of the port PromptShield over Azure AI Content Safety: Prompt Shields and the analysis of texts."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from infra.azure.attempts import NO_REPEATS, Attempts

if TYPE_CHECKING:
    from azure.ai.contentsafety.aio import ContentSafetyClient
    from azure.core.credentials_async import AsyncTokenCredential

SHIELD_VERSION = "2024-09-01"
"""The version of the service's API that has Prompt Shields; the SDK knows the analysis of texts alone."""

MOST_CHARACTERS, MOST_DOCUMENTS = 10_000, 5
"""What one request may hold: characters of a question or of all its documents together, and documents."""

RECORD = 1_000
"""Characters of a record of text, the unit that is billed."""

LEAST_SEVERITY = 4
"""Severity (0, 2, 4 or 6) from which a question is refused: "medium", as in the filters of Azure OpenAI."""


@dataclass
class ContentSafetyShield:
    """Screens with one resource. `credential` is a key or a token credential of `azure.identity.aio`.

    `read_seconds` bounds one wait for a sign of life.
    """

    endpoint: str
    credential: str | AsyncTokenCredential = field(repr=False)
    read_seconds: float = 5.0
    attempts: Attempts = field(default_factory=lambda: Attempts("the prompt shield", 15.0))
    _client: ContentSafetyClient | None = None
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def name(self) -> str:
        """The service."""
        return "content-safety"

    def question_records(self, question: str) -> int:
        """See the port: a question is screened for attacks and for harm."""
        return 2 * sum(map(records, pieces(question)))

    def passage_records(self, passages: Sequence[str]) -> int:
        """See the port."""
        return sum(records(piece) for text in passages for piece in pieces(text))

    async def refusal(self, question: str) -> str:
        """See the port. Raises StoreUnavailable."""
        client = await self._opened()
        asked = [*pieces(question)]
        attacks, harm = await asyncio.gather(
            asyncio.gather(*(self.attempts.make(partial(attacks_user, client, each)) for each in asked)),
            asyncio.gather(*(self.attempts.make(partial(harm_of, client, each)) for each in asked)),
        )
        if any(attacks):
            return "it tries to take over the model that answers"
        if found := sorted({each for categories in harm for each in categories}):
            return f"it was found harmful ({', '.join(found)})"
        return ""

    async def attacks(self, passages: Sequence[str]) -> frozenset[int]:
        """See the port. Raises StoreUnavailable."""
        client = await self._opened()
        found = await asyncio.gather(
            *(self.attempts.make(partial(attacking, client, each)) for each in batches(passages))
        )
        return frozenset(place for places in found for place in places)

    async def ping(self) -> None:
        """See the port: the list of block lists is free of charge. Raises StoreUnavailable."""
        client = await self._opened()
        await self.attempts.make(partial(answered, client, "GET", "/text/blocklists"))

    async def close(self) -> None:
        """End the connections that are kept open for the next call."""
        if self._client is not None:
            client, self._client = self._client, None
            await client.close()

    async def _opened(self) -> ContentSafetyClient:
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(self._open)
            return self._client

    def _open(self) -> ContentSafetyClient:
        from azure.ai.contentsafety.aio import ContentSafetyClient
        from azure.core.credentials import AzureKeyCredential

        credential = self.credential
        known = AzureKeyCredential(credential) if isinstance(credential, str) else credential
        waits: dict[str, Any] = {"connection_timeout": self.read_seconds, "read_timeout": self.read_seconds}
        return ContentSafetyClient(self.endpoint, known, **NO_REPEATS, **waits)


def records(text: str) -> int:
    """Return how many records of text a piece is billed as."""
    return math.ceil(len(text) / RECORD)


def pieces(text: str) -> Iterator[str]:
    """Cut a text to what one request may hold; white space alone, which the service refuses, attacks nobody."""
    cut = (text[start : start + MOST_CHARACTERS] for start in range(0, len(text), MOST_CHARACTERS))
    return (piece for piece in cut if piece.strip())


def batches(passages: Iterable[str]) -> Iterator[list[tuple[int, str]]]:
    """Put passages, or pieces of long ones, with their places into as few requests as may hold them in this order."""
    batch: list[tuple[int, str]] = []
    left = MOST_CHARACTERS
    for place, text in enumerate(passages):
        for piece in pieces(text):
            if len(batch) == MOST_DOCUMENTS or len(piece) > left:
                yield batch
                batch, left = [], MOST_CHARACTERS
            batch.append((place, piece))
            left -= len(piece)
    if batch:
        yield batch


async def attacks_user(client: ContentSafetyClient, prompt: str) -> bool:
    """Say whether a question attacks the model. Raises what the SDK raises, and ValueError for a torn answer."""
    return detected((await shielded(client, {"userPrompt": prompt}))["userPromptAnalysis"])


async def attacking(client: ContentSafetyClient, batch: list[tuple[int, str]]) -> list[int]:
    """Return the places of the passages that attack. Raises like `attacks_user`."""
    analyses = (await shielded(client, {"documents": [text for _, text in batch]}))["documentsAnalysis"]
    return [place for (place, _), each in zip(batch, analyses, strict=True) if detected(each)]


async def shielded(client: ContentSafetyClient, body: dict[str, Any]) -> Any:
    """Ask Prompt Shields."""
    return await answered(client, "POST", "/text:shieldPrompt", json=body)


async def answered(client: ContentSafetyClient, method: str, path: str, **content: Any) -> Any:
    """Make a request that the SDK has no method for, and return the JSON of its answer."""
    from azure.core.rest import HttpRequest

    request = HttpRequest(method, path, params={"api-version": SHIELD_VERSION}, **content)
    response = await client.send_request(request)
    response.raise_for_status()
    return response.json()


def detected(analysis: Any) -> bool:
    """Read one verdict. Raises ValueError for anything that is none: what nobody looked at does not pass."""
    verdict = analysis["attackDetected"]
    if not isinstance(verdict, bool):
        raise ValueError("the answer has no verdict")
    return verdict


async def harm_of(client: ContentSafetyClient, text: str) -> list[str]:
    """Return the kinds of harm found in a text. Raises like `attacks_user`."""
    from azure.ai.contentsafety.models import AnalyzeTextOptions

    found = (await client.analyze_text(AnalyzeTextOptions(text=text))).categories_analysis
    if not found or not all(isinstance(each.severity, int) for each in found):
        raise ValueError("the answer has no severities")
    harmful = [each for each in found if (each.severity or 0) >= LEAST_SEVERITY]
    return [str(getattr(each.category, "value", each.category)) for each in harmful]
