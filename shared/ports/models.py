"""The kinds of model: one answers, one does tasks, one embeds."""

from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from shared.domain.answers import ModelEvent, ModelTask, Prompt
from shared.domain.vectors import Vectors


class ChatModel(Protocol):
    """Writes an answer over numbered passages and cites them as [n]."""

    @property
    def name(self) -> str:
        """The model's name, as prices and answers show it."""
        ...

    async def ping(self) -> None:
        """Answer at no cost. Raises what `stream` raises where the model cannot be used."""
        ...

    def stream(self, prompt: Prompt) -> AsyncGenerator[ModelEvent, None]:
        """Write piece by piece; a usage report comes last where the model counts.

        Raises ModelUnavailable, RateLimited, ContentBlocked or DeadlineExceeded; closing the iterator ends the call.
        """
        ...


class TaskModel(Protocol):
    """Does a task that stands in its rules, and answers nobody."""

    @property
    def name(self) -> str:
        """The model's name, as prices show it."""
        ...

    def perform(self, task: ModelTask) -> AsyncGenerator[ModelEvent, None]:
        """Write piece by piece; a usage report comes last where the model counts. Raises like ChatModel.stream.

        The rows of a task that asks for them come one on a line, in whatever form the model is held to them.
        """
        ...


class Embedder(Protocol):
    """Turns texts into vectors whose dot product says how near they are in meaning."""

    @property
    def name(self) -> str:
        """Changes whenever the same text would get another vector."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of each vector; 0 says that there is no embedder and search is by words and graph alone."""
        ...

    async def ping(self) -> None:
        """Answer at no cost. Raises what `embed` raises, or BadSetting, where the embedder cannot be used."""
        ...

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts in order. Raises ModelUnavailable, RateLimited or DeadlineExceeded."""
        ...
