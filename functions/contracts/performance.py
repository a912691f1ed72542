"""The performance summary as JSON."""

from pydantic import BaseModel, Field

from shared.domain.performance import Series
from shared.services.performance import Summary

SLOWEST = 5
"""How many endpoints are named as the slowest."""


class HoursQuery(BaseModel):
    """How far back."""

    hours: int = Field(24, ge=1, le=168)


class Durations(BaseModel):
    """Milliseconds; a quantile is told too high by at most 5 %."""

    requests: int
    mean_ms: float
    p50_ms: float
    p95_ms: float
    p99_ms: float

    @staticmethod
    def figures(series: Series) -> dict[str, float]:
        """Return the figures of a series by field."""
        quantiles = {f"p{percent}_ms": round(series.quantile(percent / 100), 3) for percent in (50, 95, 99)}
        return {"requests": series.count, "mean_ms": round(series.mean, 3), **quantiles}


class EndpointPerformance(Durations):
    """One endpoint; of a stream, the time until its first byte."""

    endpoint: str
    error_rate: float


class ModelPerformance(Durations):
    """The answers of one model, from the question to the end of the text."""

    model: str
    cache_hit_rate: float


class PerformanceSummary(Durations):
    """Everything together, and by endpoint and model; `slowest` are endpoints by their 95th percentile."""

    hours: int
    error_rate: float
    cache_hit_rate: float
    endpoints: list[EndpointPerformance]
    models: list[ModelPerformance]
    slowest: list[str]

    @classmethod
    def of(cls, summary: Summary) -> "PerformanceSummary":
        """Write a summary."""
        slowest = sorted(summary.endpoints, key=lambda each: each.quantile(0.95), reverse=True)[:SLOWEST]
        return cls.model_validate(
            {
                **cls.figures(summary.requests),
                "hours": summary.hours,
                "error_rate": round(summary.requests.error_rate, 4),
                "cache_hit_rate": round(summary.answers.hit_rate, 4),
                "endpoints": [
                    {"endpoint": each.name, "error_rate": round(each.error_rate, 4), **cls.figures(each)}
                    for each in summary.endpoints
                ],
                "models": [
                    {"model": each.name, "cache_hit_rate": round(each.hit_rate, 4), **cls.figures(each)}
                    for each in summary.models
                ],
                "slowest": [each.name for each in slowest],
            }
        )
