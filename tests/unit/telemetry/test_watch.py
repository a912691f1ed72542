"""A watch sees work begin and end, whatever ends it and whoever takes its events."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, Tracer

from infra.telemetry.open_telemetry import OpenTelemetryTracing
from infra.telemetry.watch import UNWATCHED, Call, Ended, Watch
from shared.domain.errors import RateLimited

CHAT = Call("chat", "openai", "gpt")
SEARCH = Call("retrieval", "knowledge_rag")


class Seen:
    """A tracer whose spans stay in memory, and a watch that keeps what ended."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.tracer: Tracer = provider.get_tracer("tests")
        self.ended: list[Ended] = []
        self.watch = Watch(OpenTelemetryTracing(self.tracer), self.ended.append)

    @property
    def spans(self) -> dict[str, ReadableSpan]:
        return {span.name: span for span in self.exporter.get_finished_spans()}


@pytest.fixture
def seen() -> Seen:
    return Seen()


def nothing(_: object) -> dict[str, Any]:
    return {}


async def words(*spoken: str | Exception) -> AsyncGenerator[str, None]:
    for word in spoken:
        if isinstance(word, Exception):
            raise word
        yield word


async def of_one_task_each(events: AsyncGenerator[str, None]) -> list[str]:
    """Take each event in a task of its own, as a server-sent stream does."""
    taken = []
    while (word := await asyncio.create_task(anext(events, ""))) != "":  # type: ignore[arg-type]
        taken.append(word)
    return taken


async def test_a_stream_is_one_span_though_every_event_is_taken_by_another_task(seen: Seen) -> None:
    async def answer() -> AsyncGenerator[str, None]:
        async for word in seen.watch.along(CHAT, words("one", "two"), nothing):
            yield word

    assert await of_one_task_each(seen.watch.along(Call("answer", "us"), answer(), nothing)) == ["one", "two"]
    call, whole = seen.spans["chat gpt"], seen.spans["answer"]
    assert call.parent is not None
    assert call.parent.span_id == whole.context.span_id
    assert (call.kind, whole.kind) == (SpanKind.CLIENT, SpanKind.INTERNAL)


async def test_a_stream_belongs_where_it_was_asked_for_and_not_where_it_is_taken(seen: Seen) -> None:
    with seen.tracer.start_as_current_span("invocation") as invocation:
        events = seen.watch.along(CHAT, words("one"), nothing)
    assert [event async for event in events] == ["one"]
    parent = seen.spans["chat gpt"].parent
    assert parent is not None
    assert parent.span_id == invocation.get_span_context().span_id


async def test_a_stream_that_is_left_early_ends_its_span_without_an_error(seen: Seen) -> None:
    inner = words("one", "two")
    events = seen.watch.along(CHAT, inner, nothing)
    assert await anext(events) == "one"
    assert seen.spans == {}
    await events.aclose()
    assert "error.type" not in (seen.spans["chat gpt"].attributes or {})
    assert seen.ended[0].first is not None
    with pytest.raises(StopAsyncIteration):
        await anext(inner)


async def test_a_stream_that_nobody_takes_leaves_no_span_open(seen: Seen) -> None:
    await seen.watch.along(CHAT, words("one"), nothing).aclose()
    assert (seen.spans, seen.ended) == ({}, [])


async def test_a_cancelled_wait_ends_the_span(seen: Seen) -> None:
    async def silent() -> AsyncGenerator[str, None]:
        await asyncio.Event().wait()
        yield "never"

    waiting = asyncio.ensure_future(anext(seen.watch.along(CHAT, silent(), nothing)))
    await asyncio.wait([waiting], timeout=0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert set(seen.spans) == {"chat gpt"}
    assert (seen.ended[0].first, seen.ended[0].error) == (None, "")


@pytest.mark.parametrize(
    ("failure", "code"), [(RateLimited("too many"), "rate_limited"), (ZeroDivisionError("x"), "ZeroDivisionError")]
)
async def test_an_error_is_told_by_its_code_and_raised(seen: Seen, failure: Exception, code: str) -> None:
    async def work() -> None:
        raise failure

    with pytest.raises(type(failure)):
        await seen.watch.over(SEARCH, work, nothing)
    with pytest.raises(type(failure)):
        await of_one_task_each(seen.watch.along(CHAT, words("one", failure), nothing))
    assert [(span.attributes or {})["error.type"] for span in seen.spans.values()] == [code, code]
    assert not any(span.status.is_ok for span in seen.spans.values())
    assert [ended.error for ended in seen.ended] == [code, code]


async def test_what_is_learned_of_the_events_is_noted(seen: Seen) -> None:
    events = seen.watch.along(CHAT, words("one", "three"), lambda word: {"length": len(word)})
    await of_one_task_each(events)
    assert (seen.spans["chat gpt"].attributes or {})["length"] == 5


async def test_without_a_watch_the_work_is_the_same() -> None:
    assert await of_one_task_each(UNWATCHED.along(CHAT, words("one", "two"), nothing)) == ["one", "two"]
    assert await UNWATCHED.over(SEARCH, lambda: asyncio.sleep(0, "found"), nothing) == "found"
