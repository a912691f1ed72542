"""Write a cost report as JSON and as CSV."""

import csv
import io
import json
from typing import Any

from shared.money.cost_report import CostReport, Line

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a cell must not begin with, since a spreadsheet would take it for a formula."""

COLUMNS = ("list", "name", "calls", "input", "cached", "output", "reasoning", "cost_usd")


def report_json(report: CostReport) -> bytes:
    """Write a report as one JSON object; amounts are US dollars."""
    document = {
        "period": report.span.value,
        "first": report.first.isoformat(),
        "last": report.last.isoformat(),
        "total": line_json(report.total),
        "kept_answers": {"requests": report.kept_answers.requests, "saved_usd": report.kept_answers.saved.usd},
        "cached_savings_usd": report.cached_savings.usd,
        "month_spent_usd": report.month_spent.usd,
        "month_forecast_usd": report.month_forecast.usd,
        **{name: [line_json(each) for each in lines] for name, lines in lists_of(report)},
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def report_csv(report: CostReport) -> bytes:
    """Write a report as one table, a row for each line of each list; no cell can act as a formula."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for name, lines in (("total", (report.total,)), *lists_of(report)):
        table.writerows(row(name, line) for line in lines)
    kept = report.kept_answers
    table.writerow(("total", "kept answers", kept.requests, *[""] * 4, f"{kept.saved.usd:.9f}"))
    sums = {
        "cached savings": report.cached_savings,
        "month spent": report.month_spent,
        "month forecast": report.month_forecast,
    }
    for name, amount in sums.items():
        table.writerow(("total", name, *[""] * 5, f"{amount.usd:.9f}"))
    return written.getvalue().encode("utf-8", "replace")


def lists_of(report: CostReport) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    """Return the lists of a report with their names."""
    return ("days", report.days), ("models", report.models), ("features", report.features), ("users", report.users)


def line_json(line: Line) -> dict[str, Any]:
    """Write a line."""
    used = line.tokens
    tokens = {"input": used.input, "cached": used.cached, "output": used.output, "reasoning": used.reasoning}
    return {"name": line.name, "calls": line.calls, "tokens": tokens, "cost_usd": line.cost.usd}


def row(name: str, line: Line) -> tuple[object, ...]:
    """Write a line as a row."""
    used = line.tokens
    counts = (line.calls, used.input, used.cached, used.output, used.reasoning)
    return (name, plain_cell(line.name), *counts, f"{line.cost.usd:.9f}")


def plain_cell(text: str) -> str:
    """Return a text that a spreadsheet shows as it is."""
    return f"'{text}" if text.startswith(FORMULA) else text
