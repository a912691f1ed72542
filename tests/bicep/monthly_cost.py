"""What a stage costs in a month before anybody asks anything: `python -m tests.bicep.monthly_cost` prints the table."""

from typing import Any

from tests.bicep.plot import json_of

HOURS = 730
"""Hours of a month, as Azure's calculator counts them."""

LEAST_SHARE = 0.1
"""Autoscale never bills less than a tenth of its maximum."""

COLUMNS = ("search", "graph", "state", "ready instances", "in all")


def monthly(stage: dict[str, Any], prices: dict[str, Any]) -> dict[str, float]:
    """Return US dollars a month by part: what is billed even when nobody comes."""
    units = stage["searchReplicas"] * stage["searchPartitions"]
    ready_gb = (1 + stage["readyForHttp"]) * stage["instanceMemory"] / 1024
    parts = {
        "search": HOURS * units * prices["search_unit_hour"][stage["searchSku"]],
        "graph": HOURS * stage["gremlinThroughput"] * LEAST_SHARE / 100 * prices["autoscale_100_ru_hour"],
        "state": HOURS * stage["cosmosThroughput"] * LEAST_SHARE / 100 * prices["autoscale_100_ru_hour"],
        "ready instances": HOURS * 3600 * ready_gb * prices["ready_gb_second"],
    }
    return {**parts, "in all": sum(parts.values())}


def table() -> str:
    """Write the table of all stages in Markdown."""
    prices = json_of("prices.json")
    lines = [f"| stage | {' | '.join(COLUMNS)} |", f"|---|{'---|' * len(COLUMNS)}"]
    for name, stage in json_of("stages.json").items():
        cost = monthly(stage, prices)
        lines.append(f"| {name} | {' | '.join(f'${cost[column]:.0f}' for column in COLUMNS)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())  # noqa: T201
