"""A measurement is declared once, and says the same to Prometheus and to OpenTelemetry."""

from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from functions import measurements
from functions.measure import REGISTRY
from infra.telemetry.watch import Call, Ended
from shared.domain.money import Budget, BudgetStatus, Money, Period, Price, TokenUsage
from shared.money.receipt import Receipt


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> InMemoryMetricReader:
    reader = InMemoryMetricReader()
    for measure in measurements.MEASURES:
        monkeypatch.setattr(measure, "instrument", None)
    # A house that served in this process before may have read budgets that nobody was told.
    monkeypatch.setattr(measurements.budgets, "untold", {})
    measurements.export(MeterProvider([reader], shutdown_on_exit=False).get_meter("tests"))
    return reader


def points(reader: InMemoryMetricReader, name: str) -> list[Any]:
    read = reader.get_metrics_data()
    metrics = read.resource_metrics[0].scope_metrics[0].metrics if read else []
    return [point for metric in metrics if metric.name == name for point in metric.data.data_points]


def status(spent: int, reserved: int, cap: int = 100) -> BudgetStatus:
    return BudgetStatus(Budget("everybody", Period.DAILY, Money(cap)), "2026-11-20", Money(spent), Money(reserved))


@pytest.mark.parametrize(
    ("each", "share"),
    [(status(0, 0), 0), (status(60, 20), 0.8), (status(100, 0), 1), (status(0, 101), 1), (status(0, 0, 0), 1)],
)
def test_what_is_spent_and_what_is_held_use_a_budget_up_to_the_whole(each: BudgetStatus, share: float) -> None:
    assert each.used == pytest.approx(share)


def test_how_far_a_budget_is_used_is_exported_once_per_reading(exported: InMemoryMetricReader) -> None:
    measurements.budgets_read([status(60, 20)])
    (point,) = points(exported, "knowledge_rag.budget.used")
    assert (dict(point.attributes), point.value) == ({"account": "everybody", "period": "daily"}, pytest.approx(0.8))
    assert points(exported, "knowledge_rag.budget.used") == []
    kept = REGISTRY.get_sample_value("knowledge_rag_budget_used", {"account": "everybody", "period": "daily"})
    assert kept == pytest.approx(0.8)


def test_a_reading_that_nobody_was_told_is_kept_for_the_next_time(exported: InMemoryMetricReader) -> None:
    measurements.budgets_read([status(60, 20)])
    measurements.budgets_read([status(70, 20)])
    (point,) = points(exported, "knowledge_rag.budget.used")
    assert point.value == pytest.approx(0.9)


def test_an_error_is_told_of_a_call_that_failed_alone(exported: InMemoryMetricReader) -> None:
    call = Call("chat", "openai", "gpt")
    measurements.call_ended(Ended(call, 2.0, first=0.5))
    measurements.call_ended(Ended(call, 0.1, error="rate_limited"))
    read = exported.get_metrics_data()
    assert read
    found = {metric.name: metric.data.data_points for metric in read.resource_metrics[0].scope_metrics[0].metrics}
    durations = found["gen_ai.client.operation.duration"]
    assert [(point.attributes or {}).get("error.type") for point in durations] == [None, "rate_limited"]
    (first,) = found["gen_ai.client.operation.time_to_first_chunk"]
    assert first.sum == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("purpose", "operation"),
    [("embeddings:small", "embeddings"), ("rerank:small", "rerank"), ("extraction:small", "chat")],
)
def test_tokens_are_told_by_operation_and_model(exported: InMemoryMetricReader, purpose: str, operation: str) -> None:
    receipt = Receipt(TokenUsage(input=7), Price(input=1.0))
    receipt.start()
    measurements.booked(purpose, receipt)
    (point,) = points(exported, "gen_ai.client.token.usage")
    told = {"gen_ai.operation.name": operation, "gen_ai.token.type": "input", "gen_ai.request.model": "small"}
    assert (dict(point.attributes), point.sum) == (told, 7)
