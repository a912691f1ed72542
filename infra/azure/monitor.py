"""Export what the process tells of itself to Azure Monitor; imported with the first use, since that takes a second."""

from __future__ import annotations

from functools import cache
from logging import getLogger
from typing import TYPE_CHECKING, Any

from infra.azure.identity import BlockingIdentity
from infra.telemetry.last_words import LastWords
from shared.domain.errors import BadSetting

if TYPE_CHECKING:
    from opentelemetry.metrics import Meter
    from opentelemetry.trace import Tracer

OURS = ("functions", "shared", "infra")
"""Loggers whose records are exported. Those of SDKs tell addresses, which hold the names of documents."""

NOT_INSTRUMENTED = (
    "azure_sdk",
    "django",
    "fastapi",
    "flask",
    "httpx",
    "httpx2",
    "psycopg2",
    "requests",
    "urllib",
    "urllib3",
)
"""Packages that would tell of requests a second time, or tell addresses."""


EVERY_TRACE = 1.0
"""Share of the traces that are exported, unless `OTEL_TRACES_SAMPLER` says otherwise; each is kept or left whole."""

PATIENCE = {"retry_total": 1, "retry_backoff_factor": 0.2, "timeout": 3.0, "read_timeout": 3.0}
"""How long the threads that export try, in seconds; the SDK would try ten times for 300 s."""


LAST_SECONDS = 4.0
"""How long the end of a process waits for what is left to be exported."""


@cache
def exported(connection_string: str, client_id: str | None) -> tuple[Tracer, Meter]:
    """Begin to export, once for the process, and return what spans and metrics are told to.

    With a client id, which may be empty, the identity signs in; with None the connection string's key is enough.
    Raises BadSetting.
    """
    from azure.monitor.opentelemetry import configure_azure_monitor
    from azure.monitor.opentelemetry.exporter.statsbeat.customer import shutdown_customer_sdkstats_metrics
    from opentelemetry import metrics, trace

    try:
        configure_azure_monitor(
            connection_string=connection_string,
            **({} if client_id is None else {"credential": BlockingIdentity(client_id)}),
            logger_name=OURS[0],
            # An instance's disk is not kept, and nobody would read what is left on it.
            disable_offline_storage=True,
            # The SDK's own choice, so many spans a second, drops the children of spans that it keeps.
            sampling_ratio=EVERY_TRACE,
            enable_live_metrics=False,
            enable_performance_counters=False,
            instrumentation_options={name: {"enabled": False} for name in NOT_INSTRUMENTED},
            **PATIENCE,
        )
    except ValueError as error:
        raise BadSetting(f"APPLICATIONINSIGHTS_CONNECTION_STRING: {error}") from error
    # The SDK tells Azure of its own requests from a third exporter, which knows none of these bounds.
    shutdown_customer_sdkstats_metrics()
    LastWords([each.shutdown for each in providers()], LAST_SECONDS)
    first, *others = map(getLogger, OURS)
    for handler in first.handlers:
        for each in others:
            each.addHandler(handler)
    return trace.get_tracer("knowledge_rag"), metrics.get_meter("knowledge_rag")


def providers() -> tuple[Any, ...]:
    """Return what holds the exporters of spans, of metrics and of records."""
    from opentelemetry import _logs, metrics, trace

    return trace.get_tracer_provider(), metrics.get_meter_provider(), _logs.get_logger_provider()
