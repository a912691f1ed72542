"""Write a cost report as one page that needs nothing else: its charts are drawn in it, and no script runs."""

from html import escape

from shared.domain.money import Money
from shared.money.cost_report import CostReport, Line
from shared.money.report_files import lists_of

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1c2733; background: #fff; max-width: 60rem; margin: 2rem auto;
  padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin-top: 2rem }
dl { display: flex; flex-wrap: wrap; gap: 1rem; margin: 0 }
dl div { border: 1px solid #d5dde5; border-radius: 6px; padding: .5rem 1rem; min-width: 9rem }
dt { color: #566; font-size: .85rem } dd { margin: 0; font-size: 1.25rem; font-variant-numeric: tabular-nums }
table { border-collapse: collapse; width: 100% } td, th { padding: .25rem .5rem; border-bottom: 1px solid #e4e9ee }
th { text-align: left; color: #566; font-weight: 600 } td + td, th + th { text-align: right }
td { font-variant-numeric: tabular-nums } td + td { white-space: nowrap }
td:first-child { overflow-wrap: anywhere; min-width: 6.5rem } .wide { overflow-x: auto }
svg { width: 100%; height: auto } rect { fill: #2b6cb0 } text { font-size: 11px; fill: #566 }
"""

WIDTH, HEIGHT, FOOT = 720, 180, 20
"""Size of the chart, and what of its height the names of the days take."""

TITLES = {"days": "By day", "models": "By model", "features": "By feature", "users": "Dearest users"}


def report_page(report: CostReport) -> bytes:
    """Write the page in UTF-8; every name is escaped."""
    title = f"Costs, {report.span.value}: {report.first} to {report.last} (UTC)"
    figures = {
        "Cost": dollars(report.total.cost),
        "Model calls": f"{report.total.calls:,}",
        "Tokens": f"{report.total.tokens.total:,}",
        "Saved by kept answers": f"{dollars(report.kept_answers.saved)} ({report.kept_answers.requests})",
        "Saved by cached input": dollars(report.cached_savings),
        "This month so far": dollars(report.month_spent),
        "This month, forecast": dollars(report.month_forecast),
    }
    shown = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in figures.items())
    tables = "".join(table(TITLES[name], lines) for name, lines in lists_of(report) if lines)
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head><body><h1>{title}</h1><dl>{shown}</dl>"
        f"<h2>Cost per day</h2>{chart(report.days)}{tables}</body></html>"
    )
    return page.encode("utf-8", "replace")


def dollars(amount: Money) -> str:
    """Write an amount; small ones keep the digits that tell them apart."""
    return f"${amount.usd:,.2f}" if amount.usd >= 1 or not amount.nano_usd else f"${amount.usd:.6f}"


def chart(days: tuple[Line, ...]) -> str:
    """Draw a bar for each day, as high as its cost beside the dearest day's."""
    most = max((each.cost.nano_usd for each in days), default=0) or 1
    step, room = WIDTH / max(len(days), 1), HEIGHT - FOOT - 14
    bars = []
    for place, day in enumerate(days):
        height = room * day.cost.nano_usd / most
        left, top, middle = place * step, HEIGHT - FOOT - height, (place + 0.5) * step
        width = min(step * 0.7, 60)
        bars.append(
            f'<rect x="{middle - width / 2:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}">'
            f"<title>{day.name}: {dollars(day.cost)}</title></rect>"
            f'<text x="{left + step / 2:.1f}" y="{HEIGHT - 5}" text-anchor="middle">{day.name[-2:]}</text>'
        )
    dearest = max(days, key=lambda each: each.cost, default=Line(""))
    scale = f'<text x="0" y="10">{dollars(dearest.cost)} on {dearest.name}, the dearest day</text>'
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="Cost per day">{scale}{"".join(bars)}</svg>'


def table(title: str, lines: tuple[Line, ...]) -> str:
    """Write a list as a table with a bar for each line's part of the cost."""
    most = max(each.cost.nano_usd for each in lines) or 1
    rows = "".join(
        f"<tr><td>{escape(each.name)}</td><td>{each.calls:,}</td><td>{each.tokens.input:,}</td>"
        f"<td>{each.tokens.cached:,}</td><td>{each.tokens.output:,}</td><td>{each.tokens.reasoning:,}</td>"
        f"<td>{dollars(each.cost)}</td><td>{bar(each.cost.nano_usd / most)}</td></tr>"
        for each in lines
    )
    head = "".join(
        f"<th>{name}</th>" for name in ("Name", "Calls", "Input", "Cached", "Output", "Reasoning", "Cost", "")
    )
    whole = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<h2>{title}</h2><div class="wide" tabindex="0">{whole}</div>'


def bar(part: float) -> str:
    """Draw a part of 1 as a bar."""
    return (
        f'<svg viewBox="0 0 100 10" style="width:100px;height:10px" aria-hidden="true">'
        f'<rect width="{100 * part:.1f}" height="10"/></svg>'
    )
