"""One declaration of a measurement, for Prometheus to read and for OpenTelemetry to export."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

if TYPE_CHECKING:
    from opentelemetry.metrics import CallbackOptions, Meter, Observation

REGISTRY = CollectorRegistry()
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
TOKENS = (1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576)
"""Bounds of the buckets; those of tokens are the ones that OpenTelemetry's conventions advise."""


class Measure:
    """A measurement under OpenTelemetry's names, which Prometheus sees with `_` for every dot.

    `attributes` name what it is told apart by; values are given in their order, an empty one where there is none.
    """

    def __init__(self, name: str, about: str, *attributes: str) -> None:
        self.name, self.about, self.attributes = name, about, attributes
        self.labels = [each.replace(".", "_") for each in attributes]
        self.instrument: Any = None

    def present(self, values: tuple[str, ...]) -> dict[str, str]:
        """Return the attributes of one reading that are there."""
        return {name: value for name, value in zip(self.attributes, values, strict=True) if value}


class Count(Measure):
    """A sum that only grows."""

    def __init__(self, name: str, about: str, *attributes: str) -> None:
        super().__init__(name, about, *attributes)
        self.kept = Counter(name.replace(".", "_"), about, self.labels, registry=REGISTRY)

    def add(self, amount: float, *values: str) -> None:
        """Add to the sum."""
        (self.kept.labels(*values) if values else self.kept).inc(amount)
        if self.instrument:
            self.instrument.add(amount, self.present(values))

    def export(self, meter: Meter) -> None:
        """Tell a meter from now on."""
        self.instrument = meter.create_counter(self.name, description=self.about)


class Distribution(Measure):
    """How often which values were read; those in seconds have it in their name for Prometheus."""

    def __init__(self, name: str, about: str, *attributes: str, unit: str, bounds: tuple[float, ...]) -> None:
        super().__init__(name, about, *attributes)
        self.unit, self.bounds = unit, bounds
        spelt = name.replace(".", "_") + ("_seconds" if unit == "s" else "")
        self.kept = Histogram(spelt, about, self.labels, registry=REGISTRY, buckets=bounds)

    def record(self, value: float, *values: str) -> None:
        """Take one reading."""
        self.kept.labels(*values).observe(value)
        if self.instrument:
            self.instrument.record(value, self.present(values))

    def export(self, meter: Meter) -> None:
        """Tell a meter from now on."""
        self.instrument = meter.create_histogram(
            self.name, self.unit, self.about, explicit_bucket_boundaries_advisory=self.bounds
        )


class Level(Measure):
    """What was read last. It is exported once: where another process reads it next, an old value would mislead."""

    def __init__(self, name: str, about: str, *attributes: str) -> None:
        super().__init__(name, about, *attributes)
        self.kept = Gauge(name.replace(".", "_"), about, self.labels, registry=REGISTRY)
        self.untold: dict[tuple[str, ...], float] = {}

    def read(self, value: float, *values: str) -> None:
        """Take a reading."""
        self.kept.labels(*values).set(value)
        self.untold[values] = value

    def export(self, meter: Meter) -> None:
        """Tell a meter from now on."""
        self.instrument = meter.create_observable_gauge(self.name, [self.tell], description=self.about)

    def tell(self, _: CallbackOptions) -> list[Observation]:
        """Return what was read since the last time."""
        from opentelemetry.metrics import Observation

        told, self.untold = self.untold, {}
        return [Observation(value, self.present(values)) for values, value in told.items()]
