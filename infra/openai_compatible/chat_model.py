"""A chat model on an OpenAI-compatible server, streamed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import TYPE_CHECKING, Any

from infra.openai_compatible.connection import RETRIES, Connection, Key, translated
from shared.answering.messages import Message, messages
from shared.domain.answers import ModelEvent, ModelTask, Prompt, TextDelta, UsageReport
from shared.domain.errors import ContentBlocked, ModelUnavailable
from shared.domain.money import TokenUsage

if TYPE_CHECKING:
    from openai import AsyncStream
    from openai.types.chat import ChatCompletionChunk

CHARACTERS_PER_TOKEN = 16
"""No vocabulary writes more per token on average; a server that ignores the limit on its output is cut off there."""


class CompatibleChatModel:
    """Ports ChatModel and TaskModel; asks for the usage, and learns which optional fields the server does not take."""

    def __init__(self, base_url: str, key: Key, model: str, timeout_seconds: float, retries: int = RETRIES) -> None:
        """Speak to one model of the server at `base_url`; each wait for a sign of life is bounded by the timeout."""
        self._connection = Connection(base_url, key, timeout_seconds, retries)
        self._model = model
        self._refused: set[str] = set()

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

    def stream(self, prompt: Prompt) -> AsyncGenerator[ModelEvent, None]:
        """Write piece by piece; see the port ChatModel."""
        return self._stream(messages(prompt), prompt)

    def perform(self, task: ModelTask) -> AsyncGenerator[ModelEvent, None]:
        """Write piece by piece; see the port TaskModel."""
        written: list[Message] = [{"role": "system", "content": task.rules}, {"role": "user", "content": task.material}]
        return self._stream(written, task)

    async def _stream(self, written: list[Message], bounds: Prompt | ModelTask) -> AsyncGenerator[ModelEvent, None]:
        async with translated():
            stream = await self._open(written, bounds)
            try:
                async for event in events(stream, bounds.maximum_output_tokens * CHARACTERS_PER_TOKEN):
                    yield event
            finally:
                await stream.close()

    async def _open(self, written: Any, bounds: Prompt | ModelTask) -> AsyncStream[ChatCompletionChunk]:
        from openai import BadRequestError

        client = await self._connection.client()
        while True:
            options: Any = self._options(bounds)
            try:
                stream: AsyncStream[ChatCompletionChunk] = await client.chat.completions.create(
                    model=self._model, messages=written, stream=True, **options
                )
                return stream
            except BadRequestError as error:
                # Servers and models differ in what they take; each field is given up once and for all.
                if error.param not in options:
                    raise
                self._refused.add(str(error.param))

    def _options(self, bounds: Prompt | ModelTask) -> dict[str, Any]:
        limit = "max_tokens" if "max_completion_tokens" in self._refused else "max_completion_tokens"
        options = {
            "temperature": bounds.temperature,
            "stream_options": {"include_usage": True},
            limit: bounds.maximum_output_tokens,
        }
        return {name: value for name, value in options.items() if name not in self._refused}


async def events(stream: AsyncStream[ChatCompletionChunk], most_characters: int) -> AsyncIterator[ModelEvent]:
    """Turn chunks into events. Raises ContentBlocked, and ModelUnavailable where the stream ends too early."""
    finished, usage = False, None
    async for chunk in stream:
        usage = chunk.usage or usage
        for choice in (chunk.choices or [])[:1]:
            text = choice.delta.content or "" if choice.delta else ""
            if text:
                yield TextDelta(text[:most_characters])
            if choice.finish_reason == "content_filter":
                raise ContentBlocked("the model's content filter stopped the answer")
            most_characters -= len(text)
            finished = finished or choice.finish_reason is not None
        if most_characters <= 0:
            return
    if not finished:
        raise ModelUnavailable("the model's stream ended in the middle of its answer")
    if usage is not None:
        yield UsageReport(token_usage(usage))


def token_usage(reported: Any) -> TokenUsage:
    """Return what the server counted; parts that exceed their whole are cut, and what is missing is 0."""
    read, written = count(reported, "prompt_tokens"), count(reported, "completion_tokens")
    cached = count(getattr(reported, "prompt_tokens_details", None), "cached_tokens")
    reasoning = count(getattr(reported, "completion_tokens_details", None), "reasoning_tokens")
    return TokenUsage(input=read, output=written, cached=min(cached, read), reasoning=min(reasoning, written))


def count(source: Any, name: str) -> int:
    """Return a counter of a usage report, 0 where it is missing or no count."""
    value = getattr(source, name, None)
    return value if isinstance(value, int) and value > 0 else 0
