"""What the process measures about itself, under OpenTelemetry's names in Prometheus' spelling."""

from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from shared.domain.answers import Answer

REGISTRY = CollectorRegistry()
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

requests = Histogram(
    "http_server_request_duration_seconds",
    "Duration of HTTP requests; for streams, until the first byte.",
    ("http_request_method", "http_route", "http_response_status_code"),
    registry=REGISTRY,
    buckets=SECONDS,
)
operations = Histogram(
    "gen_ai_client_operation_duration_seconds",
    "Duration of a whole answer by part.",
    ("gen_ai_operation_name", "gen_ai_request_model"),
    registry=REGISTRY,
    buckets=SECONDS,
)
tokens = Counter(
    "gen_ai_client_token_usage",
    "Tokens of the chat model.",
    ("gen_ai_token_type", "gen_ai_request_model"),
    registry=REGISTRY,
)
answers = Counter("knowledge_rag_answers", "Answers given.", ("cache_hit", "grounded"), registry=REGISTRY)
cost = Counter("knowledge_rag_cost_usd", "US dollars spent on answers.", ("gen_ai_request_model",), registry=REGISTRY)
removed = Counter("knowledge_rag_citations_invalid", "Citations removed because they were wrong.", registry=REGISTRY)
documents = Counter(
    "knowledge_rag_ingestions", "Runs of documents that ended, by state.", ("state",), registry=REGISTRY
)


def request_ended(method: str, route: str, status: int, started: float) -> None:
    """Count one HTTP request; `started` is a reading of perf_counter."""
    requests.labels(method, route, str(status)).observe(perf_counter() - started)


def answered(answer: Answer) -> None:
    """Count one answer."""
    answers.labels(str(answer.cache_hit).lower(), str(bool(answer.citations)).lower()).inc()
    removed.inc(answer.removed_citations)
    operations.labels("retrieval", answer.model).observe(answer.timings.retrieval / 1000)
    if not answer.cache_hit:
        operations.labels("chat", answer.model).observe(answer.timings.generation / 1000)
        tokens.labels("input", answer.model).inc(answer.usage.input)
        tokens.labels("output", answer.model).inc(answer.usage.output)
        cost.labels(answer.model).inc(answer.cost.usd)


def exposition() -> bytes:
    """Write everything in Prometheus' text format."""
    return generate_latest(REGISTRY)
