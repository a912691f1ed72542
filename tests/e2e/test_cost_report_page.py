"""The page of a cost report as a browser shows it."""

from datetime import UTC, date, datetime

import pytest
from playwright.async_api import Browser

from shared.domain.money import NANO, Money, Price, SettledCall, TokenUsage
from shared.money.cost_report import CostSummary, Span, days_to_read
from shared.money.report_page import report_page
from tests.e2e.conftest import NARROW, WIDE

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

LAST = date(2028, 2, 29)
USERS = [f"a0000000-1111-2222-3333-{number:012}" for number in range(20)]


def dear_month() -> str:
    """Write the page of a month of large figures and long names, each day dearer than the one before."""
    summary = CostSummary(Span.MONTHLY, LAST, lambda model, now: Price())
    for day in days_to_read(Span.MONTHLY, LAST):
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
        usage, cost = TokenUsage(input=66_814_918, output=6_426_218), Money(day.day * 310 * NANO)
        summary.add(day, [SettledCall("acme", user, "chat", "gpt", moment, cost, usage) for user in USERS])
    return report_page(summary.report()).decode()


BROKEN = """[...document.querySelectorAll('td + td')].filter((cell) => {
  const range = document.createRange(); range.selectNodeContents(cell);
  return new Set([...range.getClientRects()].map((each) => Math.round(each.top))).size > 1;
}).map((cell) => cell.textContent)"""
"""Figures that are written over two lines."""

BARS = "[...document.querySelectorAll('svg[role=img] rect')].map((bar) => bar.getBoundingClientRect().height)"


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
async def test_a_report_fits_and_breaks_no_figure(browser: Browser, size: dict[str, int]) -> None:
    page = await browser.new_page(viewport=size)  # type: ignore[arg-type]
    await page.set_content(dear_month())
    assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert await page.evaluate(BROKEN) == []
    bars = await page.evaluate(BARS)
    assert len(bars) == LAST.day
    assert bars == sorted(bars)
    assert 0 < bars[0] < bars[-1]
    await page.close()
