"""What a question through the house tells of itself: one trace, and numbers that say the same."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from functions import measurements
from infra.telemetry.open_telemetry import OpenTelemetryTracing
from infra.telemetry.watch import Watch
from shared.settings import Settings
from shared.text.tokens import count_tokens
from tests.fakes.openai_server import Fault, OpenAIServer
from tests.functions.model_house import QUESTION, STREAM, TEXT, house
from tests.workflow.polling import until

QUERY = {"query": QUESTION}


class Telemetry:
    """Spans and metrics that stay in memory."""

    def __init__(self) -> None:
        self.spans, self.metrics = InMemorySpanExporter(), InMemoryMetricReader()
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self.spans))
        self.tracing = OpenTelemetryTracing(provider.get_tracer("tests"))
        self.meter = MeterProvider([self.metrics], shutdown_on_exit=False).get_meter("tests")

    def names(self) -> list[str]:
        return [span.name for span in self.spans.get_finished_spans()]

    def span(self, name: str) -> ReadableSpan:
        (found,) = (span for span in self.spans.get_finished_spans() if span.name == name)
        return found

    def attributes(self, name: str) -> Mapping[str, Any]:
        return self.span(name).attributes or {}

    def points(self) -> dict[str, list[Any]]:
        """The readings of each metric by its name."""
        read = self.metrics.get_metrics_data()
        assert read
        (scope,) = read.resource_metrics[0].scope_metrics
        return {metric.name: list(metric.data.data_points) for metric in scope.metrics}


@pytest.fixture
def telemetry(monkeypatch: pytest.MonkeyPatch) -> Telemetry:
    telemetry = Telemetry()
    for measure in measurements.MEASURES:
        monkeypatch.setattr(measure, "instrument", None)
    measurements.export(telemetry.meter)
    watch = Watch(telemetry.tracing, measurements.call_ended)
    monkeypatch.setattr("functions.bootstrap.watch", lambda settings: watch)
    return telemetry


async def test_a_question_is_one_trace_of_its_search_and_its_call(
    settings: Settings, server: OpenAIServer, telemetry: Telemetry
) -> None:
    async with house(settings, server) as api:
        telemetry.spans.clear()
        assert (await api.post("rag/query", json=QUERY)).status_code == 200
    assert telemetry.names() == ["retrieval", "chat loopback", "answer"]
    whole = telemetry.span("answer")
    for name in ("retrieval", "chat loopback"):
        parent = telemetry.span(name).parent
        assert parent is not None
        assert parent.span_id == whole.context.span_id
    assert telemetry.attributes("retrieval")["gen_ai.operation.name"] == "retrieval"
    assert telemetry.attributes("retrieval")["knowledge_rag.retrieval.hits"] == 1
    assert (telemetry.attributes("answer")["cache_hit"], telemetry.attributes("answer")["grounded"]) == (False, True)


async def test_a_call_tells_its_model_and_the_tokens_that_the_server_counted(
    settings: Settings, server: OpenAIServer, telemetry: Telemetry
) -> None:
    async with house(settings, server) as api:
        await api.post("rag/query", json=QUERY)
    assert dict(telemetry.attributes("chat loopback")) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "loopback",
        "gen_ai.response.model": "loopback-2026-01-01",
        "gen_ai.usage.input_tokens": 120,
        "gen_ai.usage.output_tokens": 30,
        "gen_ai.usage.cache_read.input_tokens": 20,
        "gen_ai.usage.reasoning.output_tokens": 10,
    }


async def test_the_question_is_embedded_under_its_search(
    settings: Settings, server: OpenAIServer, telemetry: Telemetry
) -> None:
    embedder = {"embedding_base_url": server.base_url, "embedding_api_key": "sk-loopback"}
    async with house(settings, server, **embedder, embedding_model="small", embedding_dimensions=4) as api:
        telemetry.spans.clear()
        await api.post("rag/query", json=QUERY)
    parent = telemetry.span("embeddings small@4").parent
    assert parent is not None
    assert parent.span_id == telemetry.span("retrieval").context.span_id
    assert telemetry.attributes("embeddings small@4")["gen_ai.usage.input_tokens"] == count_tokens(QUESTION)


async def test_a_kept_answer_asks_no_model_again(
    settings: Settings, server: OpenAIServer, telemetry: Telemetry
) -> None:
    async with house(settings, server) as api:
        await api.post("rag/query", json=QUERY)
        telemetry.spans.clear()
        await api.post("rag/query", json=QUERY)
    assert telemetry.names() == ["answer"]
    assert telemetry.attributes("answer")["cache_hit"] is True


async def test_a_refused_call_carries_the_code_of_its_error_though_the_answer_does_without_it(
    settings: Settings, server: OpenAIServer, telemetry: Telemetry
) -> None:
    async with house(settings, server) as api:
        server.faults.append(Fault.RATE_LIMITED)
        assert (await api.post("rag/query", json=QUERY)).status_code == 200
    assert telemetry.attributes("chat loopback")["error.type"] == "rate_limited"
    assert not telemetry.span("chat loopback").status.is_ok
    assert "error.type" not in telemetry.attributes("answer")


async def test_a_stream_that_is_left_early_ends_its_spans(
    settings: Settings, server: OpenAIServer, telemetry: Telemetry
) -> None:
    async with house(settings, server) as api:
        server.faults.append(Fault.STALLED)
        async with api.stream("POST", "chat/stream", json=STREAM) as response:
            await first_words(response)
            assert "answer" not in telemetry.names()
        await until(lambda: "answer" in telemetry.names())
    assert "error.type" not in telemetry.attributes("chat loopback")


async def first_words(response: httpx.Response) -> None:
    """Read until the answer has begun."""
    async for line in response.aiter_lines():
        if line == "event: delta":
            return


async def test_no_span_and_no_metric_holds_what_was_asked_or_said(
    settings: Settings, server: OpenAIServer, telemetry: Telemetry
) -> None:
    async with house(settings, server) as api:
        await api.post("rag/query", json=QUERY)
    told = str([(span.name, dict(span.attributes or {})) for span in telemetry.spans.get_finished_spans()])
    told += str(telemetry.points())
    assert [text for text in (QUESTION, TEXT, server.answer, "pumps.md", "Ada Quill") if text in told] == []


async def test_what_is_exported_is_what_prometheus_reads(
    settings: Settings, server: OpenAIServer, telemetry: Telemetry
) -> None:
    async with house(settings, server) as api:
        await api.post("rag/query", json=QUERY)
        await api.post("rag/query", json=QUERY)
        read = (await api.get("metrics")).text
        points = telemetry.points()
    answers = {tuple(sorted(point.attributes.items())): point.value for point in points["knowledge_rag.answers"]}
    assert answers == {
        (("cache_hit", "false"), ("grounded", "true")): 1,
        (("cache_hit", "true"), ("grounded", "true")): 1,
    }
    used = {point.attributes["gen_ai.token.type"]: point.sum for point in points["gen_ai.client.token.usage"]}
    assert used == {"input": 120, "output": 30}
    (cost,) = points["knowledge_rag.cost.usd"]
    assert (dict(cost.attributes), cost.value) == ({"gen_ai.request.model": "loopback"}, pytest.approx(0.00018))
    assert [dict(point.attributes) for point in points["knowledge_rag.ingestions"]] == [{"state": "ready"}]
    durations = points["gen_ai.client.operation.duration"]
    assert {point.attributes["gen_ai.operation.name"] for point in durations} == {"answer", "chat", "retrieval"}
    for name in points:
        assert name.replace(".", "_") in read
