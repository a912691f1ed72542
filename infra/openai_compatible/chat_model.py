"""A chat model on an OpenAI-compatible server, streamed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from infra.keys import Key
from infra.openai_compatible.connection import Connection, translated
from infra.openai_compatible.patience import Patience
from infra.openai_compatible.rows import ROWS_FORMAT, RowReader
from shared.answering.messages import Message, messages
from shared.domain.answers import ModelEvent, ModelTask, Prompt, TextDelta, UsageReport
from shared.domain.errors import ContentBlocked, ModelUnavailable
from shared.domain.money import TokenUsage

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI, AsyncStream

SCHEMA = "response_format"
"""The field that holds a model to a form."""

CHARACTERS_PER_TOKEN = 16
"""No vocabulary writes more per token on average; a server that ignores the limit on its output is cut off there."""


class CompatibleChatModel:
    """Ports ChatModel and TaskModel; asks for the usage, and learns which optional fields the server does not take."""

    def __init__(self, base_url: str, key: Key, model: str, patience: Patience) -> None:
        """Speak to one model of the server at `base_url`; its seconds bound each wait for a sign of life."""
        self._patience = patience
        self._connection = Connection(base_url, key, patience)
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
                chunks = self._patience.each_of(stream)
                async for event in events(chunks, bounds.maximum_output_tokens * CHARACTERS_PER_TOKEN, said(bounds)):
                    yield event
            finally:
                await stream.close()

    async def _open(self, written: Any, bounds: Prompt | ModelTask) -> AsyncStream[object]:
        from openai import BadRequestError, UnprocessableEntityError

        while True:
            options: Any = self._options(bounds)
            try:
                return await self._connection.ask(partial(self._create, messages=written, **options))
            except (BadRequestError, UnprocessableEntityError) as error:
                # Servers and models differ in what they take; each field is given up once and for all.
                field = refused_field(error, options)
                if field is None:
                    raise
                self._refused.add(field)

    async def _create(self, client: AsyncOpenAI, **options: Any) -> AsyncStream[object]:
        from openai import AsyncStream

        body = {"model": self._model, "stream": True, **options}
        # Plain JSON: building the SDK's models of a request and of each chunk takes longer than all the rest of a call.
        return await client.post(
            "/chat/completions", body=body, cast_to=object, stream=True, stream_cls=AsyncStream[object]
        )

    def _options(self, bounds: Prompt | ModelTask) -> dict[str, Any]:
        limit = "max_tokens" if "max_completion_tokens" in self._refused else "max_completion_tokens"
        options: dict[str, Any] = {
            "temperature": bounds.temperature,
            "stream_options": {"include_usage": True},
            limit: bounds.maximum_output_tokens,
        }
        if isinstance(bounds, ModelTask) and bounds.last_row:
            options[SCHEMA] = ROWS_FORMAT
        return {name: value for name, value in options.items() if name not in self._refused}


def said(bounds: Prompt | ModelTask) -> Callable[[str], str]:
    """Return what reads the pieces of an answer: as rows where these are asked for, and as they are elsewhere."""
    return RowReader(bounds.last_row).feed if isinstance(bounds, ModelTask) and bounds.last_row else str


def refused_field(error: APIStatusError, options: Mapping[str, Any]) -> str | None:
    """Return the option that a server does not take, None where it refuses something else.

    Servers that know no schemas often name no field and only speak of it.
    """
    named = (error.param or "").partition(".")[0] or (SCHEMA if SCHEMA in error.message else "")
    return named if named in options else None


async def events(
    stream: AsyncIterable[Any], most_characters: int, read: Callable[[str], str] = str
) -> AsyncIterator[ModelEvent]:
    """Turn chunks into events; `read` says what each piece adds to the text.

    Raises ContentBlocked, also where a model that is held to a schema refuses, and ModelUnavailable where the stream
    ends too early.
    """
    finished, cut, usage, model = False, False, None, ""
    async for chunk in stream:
        usage, model = chunk.get("usage") or usage, chunk.get("model") or model
        for choice in (chunk.get("choices") or [])[:1]:
            delta, reason = choice.get("delta") or {}, choice.get("finish_reason")
            text = delta.get("content") or ""
            if read_text := read(text[:most_characters]):
                yield TextDelta(read_text)
            if reason == "content_filter":
                raise ContentBlocked("the model's content filter stopped the answer")
            if delta.get("refusal"):
                raise ContentBlocked("the model refuses to do what it is asked for")
            most_characters -= len(text)
            finished = finished or reason is not None
            cut = cut or reason == "length"
        if most_characters <= 0:
            return
    if not finished:
        raise ModelUnavailable("the model's stream ended in the middle of its answer")
    if usage is not None:
        yield UsageReport(token_usage(usage), model, cut)


def token_usage(reported: object) -> TokenUsage:
    """Return what the server counted; parts that exceed their whole are cut, and what is missing is 0."""
    read, written = count(reported, "prompt_tokens"), count(reported, "completion_tokens")
    cached = count(entry(reported, "prompt_tokens_details"), "cached_tokens")
    reasoning = count(entry(reported, "completion_tokens_details"), "reasoning_tokens")
    return TokenUsage(input=read, output=written, cached=min(cached, read), reasoning=min(reasoning, written))


def count(source: object, name: str) -> int:
    """Return a counter of a usage report, 0 where it is missing or no count."""
    value = entry(source, name)
    return value if isinstance(value, int) and value > 0 else 0


def entry(source: object, name: str) -> object:
    """Return what an object says under a name, None where that is nothing or the source is no object."""
    return source.get(name) if isinstance(source, dict) else None
