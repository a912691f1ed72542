"""A figure, its line, and the arithmetic on samples."""

import json
import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

SIGNIFICANT_DIGITS = 4
"""Of every printed number; a busy machine repeats no more than two of them."""


@dataclass(frozen=True)
class Figure:
    """One measured value with its unit; `details` are JSON values that say how it came about."""

    name: str
    value: float
    unit: str
    details: dict[str, object] = field(default_factory=dict)

    def line(self) -> str:
        """Write the figure as one line of JSON."""
        values = {"figure": self.name, "value": self.value, "unit": self.unit, **self.details}
        return json.dumps(rounded(values), ensure_ascii=False)


def rounded(value: object) -> object:
    """Keep the significant digits of every number in a JSON value; whole numbers stay as they are."""
    if isinstance(value, float):
        return float(f"{value:.{SIGNIFICANT_DIGITS}g}")
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(each) for each in value]
    return value


def percentile(samples: Sequence[float], percent: float) -> float:
    """Return the smallest sample that at least `percent` of all samples do not exceed (nearest rank)."""
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)]


def latencies(name: str, seconds: Sequence[float], **details: object) -> list[Figure]:
    """Return the p50 and the p95 of samples as two figures in milliseconds."""
    about = {"samples": len(seconds), "fastest": 1000 * min(seconds), **details}
    return [Figure(f"{name}_p{rank}", 1000 * percentile(seconds, rank), "ms", about) for rank in (50, 95)]


def show(figures: Iterable[Figure]) -> None:
    """Print figures as they come in."""
    for figure in figures:
        sys.stdout.write(figure.line() + "\n")
        sys.stdout.flush()
