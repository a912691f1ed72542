"""Counts requests and answers for the performance summary, once there are services."""

from time import perf_counter

from functions.bootstrap import built
from shared.domain.answers import Answer


def request_ended(method: str, route: str, started: float, *, failed: bool) -> None:
    """Count one HTTP request; `started` is a reading of perf_counter."""
    if house := built():
        house.performance.request_ended(f"{method} {route}", (perf_counter() - started) * 1000, failed=failed)


def answered(answer: Answer) -> None:
    """Count one answer."""
    if house := built():
        total, hit = answer.timings.total, answer.cache_hit
        house.performance.answered(answer.model, total, from_cache=hit, saved=answer.saved)
