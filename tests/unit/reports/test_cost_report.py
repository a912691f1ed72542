"""What calls are summed up to, and what the month will come to."""

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest

from shared.domain.money import NANO, Money, Price, SettledCall, TokenUsage
from shared.money.cost_report import TOP_USERS, CostReport, CostSummary, Span, days_to_read, first_day
from shared.money.report_files import report_csv, report_json
from shared.money.report_page import report_page

PRICE = Price(input=2, output=8, cached=0.5, reasoning=8)
USAGE = TokenUsage(input=1_000_000, output=100, cached=400_000, reasoning=50)


def paid(day: date, usd: int, user: str = "ana", model: str = "gpt", feature: str = "chat") -> SettledCall:
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp()
    return SettledCall("acme", user, feature, model, moment, Money(usd * NANO), USAGE)


def report(span: Span, last: date, *calls: SettledCall) -> CostReport:
    summary = CostSummary(span, last, lambda model, now: PRICE)
    for day in days_to_read(span, last):
        summary.add(day, [each for each in calls if datetime.fromtimestamp(each.reserved_at, UTC).date() == day])
    return summary.report()


@pytest.mark.parametrize(
    ("span", "last", "first"),
    [
        (Span.DAILY, date(2028, 3, 1), date(2028, 3, 1)),
        (Span.WEEKLY, date(2028, 3, 1), date(2028, 2, 24)),
        (Span.WEEKLY, date(2027, 3, 1), date(2027, 2, 23)),
        (Span.MONTHLY, date(2028, 2, 29), date(2028, 2, 1)),
        (Span.MONTHLY, date(2026, 12, 31), date(2026, 12, 1)),
    ],
)
def test_a_report_begins_on_its_day_six_days_before_or_on_the_first(span: Span, last: date, first: date) -> None:
    assert first_day(span, last) == first
    assert [line.name for line in report(span, last).days][:: max((last - first).days, 1)] == sorted(
        {first.isoformat(), last.isoformat()}
    )


def test_only_calls_of_the_span_are_counted_and_each_list_comes_to_the_same_sum() -> None:
    last = date(2026, 11, 20)
    calls = [
        paid(date(2026, 11, 13), 100),
        paid(date(2026, 11, 14), 1),
        paid(last, 2, "bo", "mini", "embedding"),
        paid(last, 4, "bo"),
    ]
    made = report(Span.WEEKLY, last, *calls)
    assert (made.total.calls, made.total.cost) == (3, Money(7 * NANO))
    for lines in (made.days, made.models, made.features, made.users):
        assert sum(each.cost.nano_usd for each in lines) == 7 * NANO
        assert sum(each.tokens.input for each in lines) == 3 * USAGE.input
    assert [each.name for each in made.models] == ["gpt", "mini"]
    assert [(each.name, each.calls) for each in made.users] == [("acme/bo", 2), ("acme/ana", 1)]


def test_cached_tokens_save_what_they_cost_less_than_fresh_ones() -> None:
    made = report(Span.DAILY, date(2026, 11, 20), paid(date(2026, 11, 20), 1))
    assert made.cached_savings == Money.of_usd(0.4 * (2 - 0.5))


def test_the_forecast_is_the_month_so_far_and_the_mean_of_seven_days_for_each_day_left() -> None:
    last = date(2026, 11, 20)
    calls = [paid(date(2026, 11, 1), 10), *(paid(date(2026, 11, day), 2) for day in range(14, 21))]
    for span in Span:
        made = report(span, last, *calls)
        assert (made.month_spent.usd, made.month_forecast.usd) == (24, 24 + 10 * 2)


def test_on_the_last_of_a_month_nothing_is_left_to_forecast_and_on_the_first_the_week_before_counts() -> None:
    january = [paid(date(2027, 1, day), 7) for day in range(25, 32)]
    over = report(Span.MONTHLY, date(2027, 1, 31), *january)
    assert over.month_forecast == over.month_spent == Money(49 * NANO)
    begun = report(Span.DAILY, date(2027, 2, 1), *january)
    assert (begun.month_spent.usd, begun.month_forecast.usd) == (0, 27 * 6)


@pytest.mark.parametrize(("last", "left"), [(date(2028, 2, 28), 1), (date(2028, 2, 29), 0), (date(2027, 2, 28), 0)])
def test_a_leap_day_is_forecast_where_there_is_one(last: date, left: int) -> None:
    week = [paid(date(last.year, 2, last.day - each), 7) for each in range(7)]
    made = report(Span.MONTHLY, last, *week)
    assert (made.month_spent.usd, made.month_forecast.usd) == (49, 49 + 7 * left)
    assert len(made.days) == last.day


def test_no_more_users_are_named_than_the_dearest() -> None:
    last = date(2026, 11, 20)
    made = report(Span.DAILY, last, *(paid(last, each, f"user {each}") for each in range(TOP_USERS + 5)))
    assert len(made.users) == TOP_USERS
    assert made.users[0].name == f"acme/user {TOP_USERS + 4}"


def test_a_report_of_nothing_is_one_in_every_format() -> None:
    made = report(Span.MONTHLY, date(2026, 11, 20))
    assert json.loads(report_json(made))["total"]["calls"] == 0
    assert len(report_csv(made).splitlines()) == 1 + 1 + 20 + 4
    assert b"<svg" in report_page(made)


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y"),z'])
def test_no_cell_of_the_table_is_taken_for_a_formula(name: str) -> None:
    last = date(2026, 11, 20)
    rows = list(csv.reader(io.StringIO(report_csv(report(Span.DAILY, last, paid(last, 1, model=name))).decode())))
    (model,) = [row[1] for row in rows if row[0] == "models"]
    assert model == "'" + name


def test_a_name_that_is_no_formula_is_written_as_it_is() -> None:
    last = date(2026, 11, 20)
    assert b"models,gpt=4," in report_csv(report(Span.DAILY, last, paid(last, 1, model="gpt=4")))


def test_the_page_escapes_every_name_and_asks_for_nothing() -> None:
    last = date(2026, 11, 20)
    hostile = "<script>alert(1)</script><img src=//x>"
    page = report_page(report(Span.WEEKLY, last, paid(last, 1, hostile, hostile, hostile))).decode()
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page
    for outside in ("http:", "https:", "src=", "href=", "url(", "@import"):
        assert outside not in page.replace("src=//x", "")


def test_a_name_that_is_no_text_does_not_break_a_report() -> None:
    last = date(2026, 11, 20)
    made = report(Span.DAILY, last, paid(last, 1, "\ud800"))
    for write in (report_json, report_csv, report_page):
        assert b"acme/?" in write(made)
