"""Models that are watched: each stands before another one of its port."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

from infra.telemetry.conventions import CHAT, EMBEDDINGS, INPUT_TOKENS, RERANK, RESPONSE_MODEL, usage_attributes
from infra.telemetry.tracing import Attributes
from infra.telemetry.watch import Call, Watch
from shared.domain.answers import Hit, ModelEvent, ModelTask, Prompt, Question, Relevance, UsageReport
from shared.domain.vectors import Vectors
from shared.ports.models import ChatModel, Embedder, TaskModel
from shared.ports.reranker import Reranker
from shared.text.tokens import count_tokens


@dataclass(frozen=True)
class WatchedChatModel:
    """Port ChatModel, watched."""

    model: ChatModel
    provider: str
    watch: Watch

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name

    async def ping(self) -> None:
        """Ask the model."""
        await self.model.ping()

    def stream(self, prompt: Prompt) -> AsyncGenerator[ModelEvent, None]:
        """Write piece by piece; see the port."""
        return self.watch.along(Call(CHAT, self.provider, self.name), self.model.stream(prompt), counted)


@dataclass(frozen=True)
class WatchedTaskModel:
    """Port TaskModel, watched."""

    model: TaskModel
    provider: str
    watch: Watch

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name

    def perform(self, task: ModelTask) -> AsyncGenerator[ModelEvent, None]:
        """Write piece by piece; see the port."""
        return self.watch.along(Call(CHAT, self.provider, self.name), self.model.perform(task), counted)


@dataclass(frozen=True)
class WatchedEmbedder:
    """Port Embedder, watched."""

    embedder: Embedder
    provider: str
    watch: Watch

    @property
    def name(self) -> str:
        """The embedder's name."""
        return self.embedder.name

    @property
    def dimensions(self) -> int:
        """Length of each vector."""
        return self.embedder.dimensions

    async def ping(self) -> None:
        """Ask the embedder."""
        await self.embedder.ping()

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts; see the port."""
        call = Call(EMBEDDINGS, self.provider, self.name)
        # The count that is paid by: not every server tells its own.
        return await self.watch.over(
            call, lambda: self.embedder.embed(texts), lambda _: {INPUT_TOKENS: sum(map(count_tokens, texts))}
        )


@dataclass(frozen=True)
class WatchedReranker:
    """Port Reranker, watched."""

    reranker: Reranker
    provider: str
    watch: Watch

    @property
    def name(self) -> str:
        """The reranker's name."""
        return self.reranker.name

    async def ping(self) -> None:
        """Ask the reranker."""
        await self.reranker.ping()

    async def rerank(self, question: Question, hits: Sequence[Hit]) -> Relevance:
        """Say how relevant each hit is; see the port."""
        call = Call(RERANK, self.provider, self.name)
        return await self.watch.over(call, lambda: self.reranker.rerank(question, hits), read)


def counted(event: ModelEvent) -> Attributes:
    """Return what a piece of a model's answer says about the call."""
    if not isinstance(event, UsageReport):
        return {}
    return {**usage_attributes(event.usage), **({RESPONSE_MODEL: event.model} if event.model else {})}


def read(relevance: Relevance) -> Attributes:
    """Return what a reranker counted."""
    return usage_attributes(relevance.usage) if relevance.usage else {}
