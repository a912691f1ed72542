"""What the process measures about itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING

from prometheus_client import Histogram, generate_latest

from functions.measure import REGISTRY, SECONDS, TOKENS, Count, Distribution, Level
from infra.telemetry.conventions import (
    CACHE_HIT,
    CHAT,
    EMBEDDINGS,
    ERROR,
    GROUNDED,
    OPERATION,
    PROVIDER,
    REQUEST_MODEL,
    RERANK,
    TOKEN_TYPE,
)
from infra.telemetry.watch import Ended
from shared.domain.answers import Answer
from shared.domain.errors import ContentBlocked
from shared.domain.money import BudgetStatus
from shared.money.receipt import Receipt
from shared.money.unit_receipt import UnitReceipt

if TYPE_CHECKING:
    from opentelemetry.metrics import Meter

# For Prometheus alone: the Functions host exports its requests itself.
requests = Histogram(
    "http_server_request_duration_seconds",
    "Duration of HTTP requests; for streams, until the first byte.",
    ("http_request_method", "http_route", "http_response_status_code"),
    registry=REGISTRY,
    buckets=SECONDS,
)
operations = Distribution(
    "gen_ai.client.operation.duration",
    "Duration of calls of models, of searches and of whole answers.",
    OPERATION,
    PROVIDER,
    REQUEST_MODEL,
    ERROR,
    unit="s",
    bounds=SECONDS,
)
first_chunks = Distribution(
    "gen_ai.client.operation.time_to_first_chunk",
    "Time until the first piece of what comes piece by piece.",
    OPERATION,
    PROVIDER,
    REQUEST_MODEL,
    unit="s",
    bounds=SECONDS,
)
tokens = Distribution(
    "gen_ai.client.token.usage",
    "Tokens of each call of a model, as booked.",
    OPERATION,
    TOKEN_TYPE,
    REQUEST_MODEL,
    unit="{token}",
    bounds=TOKENS,
)
answers = Count("knowledge_rag.answers", "Answers given.", CACHE_HIT, GROUNDED)
cost = Count("knowledge_rag.cost.usd", "US dollars booked for calls of models and services.", REQUEST_MODEL)
removed = Count("knowledge_rag.citations.invalid", "Citations removed because they were wrong.")
left_out = Count("knowledge_rag.passages.left_out", "Passages that a shield kept away from the model.")
blocked = Count("knowledge_rag.questions.blocked", "Questions that a shield or a model's filter refused.")
documents = Count("knowledge_rag.ingestions", "Runs of documents that ended, by state.", "state")
budgets = Level("knowledge_rag.budget.used", "Share of a budget spent or held, up to 1.", "account", "period")
request_units = Count("knowledge_rag.store.request_units", "Request units that stores charged.", "store")

MEASURES = (
    operations,
    first_chunks,
    tokens,
    answers,
    cost,
    removed,
    left_out,
    blocked,
    documents,
    budgets,
    request_units,
)
"""Everything that is exported where an exporter is plugged in."""


def export(meter: Meter) -> None:
    """Tell a meter of everything from now on."""
    for measure in MEASURES:
        measure.export(meter)


def request_ended(method: str, route: str, status: int, started: float) -> None:
    """Count one HTTP request; `started` is a reading of perf_counter."""
    requests.labels(method, route, str(status)).observe(perf_counter() - started)


def call_ended(ended: Ended) -> None:
    """Count one call of a model, search or answer."""
    call = ended.call
    operations.record(ended.seconds, call.operation, call.provider, call.model, ended.error)
    if ended.first is not None:
        first_chunks.record(ended.first, call.operation, call.provider, call.model)


def booked(purpose: str, receipt: Receipt | UnitReceipt) -> None:
    """Count what one call took; `purpose` is that of its reservation, as chat:MODEL."""
    work, _, model = purpose.partition(":")
    operation = work if work in (EMBEDDINGS, RERANK) else CHAT
    for kind, count in (("input", receipt.usage.input), ("output", receipt.usage.output)):
        if count:
            tokens.record(count, operation, kind, model)
    cost.add(receipt.cost.usd, model)


def answered(answer: Answer) -> None:
    """Count one answer."""
    answers.add(1, str(answer.cache_hit).lower(), str(bool(answer.citations)).lower())
    removed.add(answer.removed_citations)
    left_out.add(answer.left_out_passages)


def ingested(state: str) -> None:
    """Count one run of a document that ended ready or failed."""
    documents.add(1, state)


def budgets_read(statuses: Sequence[BudgetStatus]) -> None:
    """Take down how far each budget is used."""
    for status in statuses:
        budgets.read(status.used, status.budget.account, status.budget.period.value)


def charged(store: str, units: float) -> None:
    """Count the request units of one request to a store."""
    request_units.add(units, store)


@contextmanager
def counting_blocked() -> Iterator[None]:
    """Count a question that is refused for its content in the block."""
    try:
        yield
    except ContentBlocked:
        blocked.add(1)
        raise


def exposition() -> bytes:
    """Write everything in Prometheus' text format."""
    return generate_latest(REGISTRY)
