"""A reranker behind any server with a `/rerank` route as Cohere, Jina, vLLM and LiteLLM serve it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from infra.keys import Key
from infra.openai_compatible.connection import Connection, translated
from infra.openai_compatible.patience import Patience
from shared.domain.answers import Hit, Question, Relevance
from shared.domain.errors import ModelUnavailable
from shared.domain.money import TokenUsage

TIMEOUT_SECONDS = 10.0
"""Longest wait for one call; the search has an order of its own that is not worth a longer one."""

COUNTERS = (("usage", "total_tokens"), ("meta", "billed_units", "total_tokens"), ("meta", "tokens", "input_tokens"))
"""Where servers say how many tokens they read; some bill by search and say none."""


class CompatibleReranker:
    """Port Reranker; believes an answer only where every passage has one finite score. Nothing is tried twice."""

    def __init__(self, base_url: str, key: Key, model: str, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        """Ask a model of the server whose route is `base_url` + `/rerank`."""
        self._connection = Connection(base_url, key, Patience(timeout_seconds, retries=0))
        self._model = model

    @property
    def name(self) -> str:
        """The model's name, as the server knows it."""
        return self._model

    async def ping(self) -> None:
        """Reach the server; see the port."""
        await self._connection.ping()

    async def close(self) -> None:
        """Let go of the connections to the server."""
        await self._connection.close()

    async def rerank(self, question: Question, hits: Sequence[Hit]) -> Relevance:
        """Say how relevant each hit is; see the port."""
        documents = [hit.chunk.headed_text for hit in hits]
        body = {"model": self._model, "query": question.text, "documents": documents, "top_n": len(documents)}
        async with translated():
            answer = await self._connection.ask(lambda client: client.post("/rerank", body=body, cast_to=object))
            return Relevance(scores_of(answer, len(documents)), usage_of(answer))


def scores_of(answer: Any, count: int) -> tuple[float, ...]:
    """Return the score of each document. Raises ModelUnavailable unless every one has exactly one finite score."""
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, list) or not all(isinstance(each, dict) for each in results):
        raise ModelUnavailable("the reranker's answer has no list of results")
    places = [each.get("index") for each in results]
    if any(type(place) is not int for place in places) or sorted(places) != list(range(count)):
        raise ModelUnavailable(f"the reranker was given {count} passages and scored others, or not each of them once")
    scores = {each["index"]: each.get("relevance_score") for each in results}
    if not all(type(score) in (int, float) and math.isfinite(score) for score in scores.values()):
        raise ModelUnavailable("the reranker gave a score that is no number")
    return tuple(float(scores[place]) for place in range(count))


def usage_of(answer: Any) -> TokenUsage | None:
    """Return the tokens that the server counted, where it says them."""
    for path in COUNTERS:
        found = answer
        for name in path:
            found = found.get(name) if isinstance(found, dict) else None
        if type(found) is int and found > 0:
            return TokenUsage(input=found)
    return None
