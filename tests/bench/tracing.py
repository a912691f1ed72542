"""What spans add to a question that is answered in the process: taking them down, and handing them to an exporter."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from functions.bootstrap import local_ground
from functions.rooms import Services, build
from infra.telemetry.open_telemetry import OpenTelemetryTracing
from infra.telemetry.watch import UNWATCHED, Watch
from shared.domain.answers import Question
from shared.settings import Settings
from tests.bench.figures import Figure, show
from tests.bench.upstream_faults import prepared

ROUNDS, QUESTIONS = 40, 25


class Nowhere(SpanExporter):
    """Takes spans and drops them; `told` counts them."""

    told = 0

    def export(self, spans: "Iterator[ReadableSpan]") -> SpanExportResult:  # type: ignore[override]
        """Count the spans."""
        self.told += len([*spans])
        return SpanExportResult.SUCCESS


def measure() -> Iterator[Figure]:
    """Ask the same question of two houses in turn, one of them watched."""
    with TemporaryDirectory() as folder:
        yield asyncio.run(compared(Path(folder)))


async def compared(folder: Path) -> Figure:
    """Return the difference of the medians of all rounds, per question."""
    exporter = Nowhere()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    watch = Watch(OpenTelemetryTracing(provider.get_tracer("bench")))
    houses = [await house(folder / name, by) for name, by in (("plain", UNWATCHED), ("watched", watch))]
    rounds = [[await asked(*each) for each in houses] for _ in range(ROUNDS)]
    plain, watched = (median(each[place] for each in rounds) for place in (0, 1))
    provider.shutdown()
    for services, _ in houses:
        await services.close()
    details: dict[str, object] = {"unwatched": 1e6 * plain, "share": watched / plain - 1, "spans": exporter.told}
    return Figure("tracing_of_question_processor", 1e6 * (watched - plain), "us", details)


async def house(folder: Path, watch: Watch) -> tuple[Services, Question]:
    """Return a house with one document and a question to it, which no cache answers."""
    settings = Settings(data_dir=folder, embedder="none")
    services = build(settings, local_ground(settings), watch)
    return services, await prepared(services)


async def asked(services: Services, question: Question) -> float:
    """Return the processor seconds of one question, the mean of a round."""
    started = process_time()
    for _ in range(QUESTIONS):
        await services.ask.answer(question)
    return (process_time() - started) / QUESTIONS


if __name__ == "__main__":
    show(measure())
