"""Prices, costs, periods and accounts."""

from datetime import UTC, datetime
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.money import Money, Period, Price, TokenUsage
from shared.money.accounts import accounts_of
from shared.money.cost import cost_of
from shared.money.periods import period_start
from shared.money.prices import FREE, PriceList, stated_price

PRICE = Price(input=0.25, output=2.0, cached=0.025, reasoning=2.0)
COUNTS = st.integers(0, 10**7)
PRICES = st.decimals(0, 1000, places=4).map(float)
USAGES = st.builds(
    lambda fresh, cached, said, thought: TokenUsage(fresh + cached, said + thought, cached, thought),
    COUNTS,
    COUNTS,
    COUNTS,
    COUNTS,
)


def test_each_class_of_tokens_has_its_own_price() -> None:
    usage = TokenUsage(input=1_000_000, output=1_000_000, cached=400_000, reasoning=300_000)
    assert cost_of(usage, PRICE) == Money.of_usd(0.6 * 0.25 + 0.4 * 0.025 + 2.0)


@given(USAGES, st.builds(Price, PRICES, PRICES, PRICES, PRICES))
def test_a_cost_is_the_exact_sum_rounded_up_to_a_billionth_of_a_dollar(usage: TokenUsage, price: Price) -> None:
    exact = (
        (usage.input - usage.cached) * Fraction(str(price.input))
        + usage.cached * Fraction(str(price.cached))
        + (usage.output - usage.reasoning) * Fraction(str(price.output))
        + usage.reasoning * Fraction(str(price.reasoning))
    ) * 1000
    assert cost_of(usage, price) == Money(ceil(exact))


@pytest.mark.parametrize(
    "usage", [TokenUsage(input=-1), TokenUsage(input=1, cached=2), TokenUsage(output=1, reasoning=2)]
)
def test_what_is_no_count_of_tokens_has_no_cost(usage: TokenUsage) -> None:
    with pytest.raises(ValueError, match="not counts"):
        cost_of(usage, PRICE)


def test_a_part_is_no_larger_than_its_whole_up_to_the_bound() -> None:
    assert cost_of(TokenUsage(input=1, output=1, cached=1, reasoning=1), PRICE) == Money(25 + 2000)


def test_a_price_that_is_not_stated_is_that_of_its_whole_and_never_free() -> None:
    assert stated_price(0.25, 2.0) == Price(input=0.25, output=2.0, cached=0.25, reasoning=2.0)
    assert stated_price(0.25, 2.0, cached=0.025, reasoning=3.0).cached == 0.025


def test_a_model_that_is_not_listed_costs_the_default_price() -> None:
    assert PriceList({"known": PRICE}).of("known", 0) == PRICE
    assert PriceList({"known": PRICE}).of("unknown", 0) == FREE
    assert PriceList({"known": PRICE}, otherwise=PRICE).of("unknown", 0) == PRICE


@pytest.mark.parametrize(
    ("moment", "day", "month"),
    [
        (datetime(2026, 11, 30, 23, 59, 59, 999_000, tzinfo=UTC), "2026-11-30", "2026-11"),
        (datetime(2026, 12, 1, tzinfo=UTC), "2026-12-01", "2026-12"),
    ],
)
def test_a_day_and_a_month_begin_at_midnight_utc(moment: datetime, day: str, month: str) -> None:
    assert period_start(moment.timestamp(), Period.DAILY) == day
    assert period_start(moment.timestamp(), Period.MONTHLY) == month


@given(st.text(), st.text(), st.text(), st.text())
def test_no_two_users_share_an_account(tenant: str, user: str, other_tenant: str, other_user: str) -> None:
    same = accounts_of(tenant, user) == accounts_of(other_tenant, other_user)
    assert same == ((tenant, user) == (other_tenant, other_user))
