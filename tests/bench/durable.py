"""How many activities a second the local runner finishes, every result committed."""

import asyncio
from collections.abc import Iterator
from statistics import median

from tests.bench.figures import Figure, show
from tests.workflow.speed import fan_out_speed

ACTIVITIES = 1_000
ROUNDS = 7


def measure() -> Iterator[Figure]:
    """Fan out to coroutines, and to plain functions on threads."""
    for name, kind in (("coroutines", "fan_out"), ("threads", "fan_out_plainly")):
        speeds = [asyncio.run(fan_out_speed(ACTIVITIES, kind)) for _ in range(ROUNDS)]
        rates = [each.activities_per_second for each in speeds]
        pause = median(each.longest_pause_milliseconds for each in speeds)
        details = {"fan_out": ACTIVITIES, "fastest": max(rates), "rounds": ROUNDS, "longest_pause_ms": pause}
        yield Figure(f"durable_activities_{name}", median(rates), "activities/s", details)


if __name__ == "__main__":
    show(measure())
