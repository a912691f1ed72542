"""Prices with dates: read, refused, and in force at a moment."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shared.domain.errors import BadSetting
from shared.domain.money import Price
from shared.money.price_table import MOST, read_prices
from shared.money.prices import FREE, PriceList
from shared.setting_checks import PRICES
from shared.settings import Settings, read_settings
from tests.azure import AZURE_ENVIRONMENT

ROW = {"model": "m", "since": "2026-01-01", "input": 1, "output": 2}
OLD, NEW = Price(1, 2, 1, 2), Price(3, 4, 0.5, 5)
TABLE = json.dumps([ROW, {"model": "m", "since": "2026-03-01", "input": 3, "cached": 0.5, "output": 4, "reasoning": 5}])


def at(*moment: int) -> float:
    return datetime(*moment, tzinfo=UTC).timestamp()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "price"),
    [
        (at(2026, 1, 1), OLD),
        (at(2026, 2, 28, 23, 59, 59), OLD),
        (at(2026, 3, 1), NEW),
        (at(2030, 1, 1), NEW),
        (at(1970, 1, 1), OLD),
    ],
)
def test_the_price_is_the_one_in_force_and_before_the_first_date_the_first(now: float, price: Price) -> None:
    assert read_prices(TABLE).of("m", now) == price


def test_a_price_may_begin_on_a_leap_day() -> None:
    table = read_prices(json.dumps([ROW | {"since": "2024-01-01"}, ROW | {"since": "2024-02-29", "input": 9}]))
    before, after = table.of("m", at(2024, 2, 28, 23, 59)), table.of("m", at(2024, 2, 29))
    assert (before, after) == (Price(1, 2, 1, 2), Price(9, 2, 9, 2))


def test_a_dated_version_costs_what_its_model_costs_unless_it_has_a_row() -> None:
    table = read_prices(json.dumps([ROW, ROW | {"model": "m-2026-02-01", "input": 7}]))
    assert table.of("m-2025-01-01", 0) == OLD
    assert table.of("m-2026-02-01", 0) == Price(7, 2, 7, 2)
    assert table.of("m-mini", 0) is None


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"input": -0.01}, "input must be from 0"),
        ({"output": float("nan")}, "output must be from 0"),
        ({"cached": float("inf")}, "cached must be from 0"),
        ({"reasoning": MOST + 1}, "reasoning must be from 0"),
        ({"input": "1"}, "input must be from 0"),
        ({"input": True}, "input must be from 0"),
        ({"input": None}, "input must be from 0"),
        ({"since": "2025-02-29"}, "since must be a day"),
        ({"since": 1}, "since must be a day"),
        ({"model": ""}, "model must name"),
        ({"audio": 1}, "nothing else"),
    ],
)
def test_a_row_that_nobody_means_is_named_with_its_place(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(BadSetting, match=f"row 2: .*{problem}"):
        read_prices(json.dumps([ROW, ROW | {"since": "2026-02-01"} | change]))


@pytest.mark.parametrize("text", ["", "{}", "[1]", "not json", json.dumps([ROW, ROW])])
def test_what_is_no_table_is_refused(text: str) -> None:
    with pytest.raises(BadSetting, match="PRICES"):
        read_prices(text)


@pytest.mark.parametrize("price", [0, MOST])
def test_a_price_may_lie_on_its_bounds(price: float) -> None:
    assert read_prices(json.dumps([ROW | {"input": price}])).of("m", 0) == Price(price, 2, price, 2)


def test_a_stated_price_wins_over_the_table_and_a_stand_in_is_billed_as_its_model() -> None:
    prices = PriceList({"local": FREE}, table=read_prices(TABLE), billed_as={"sentences by m": "m"})
    assert prices.of("sentences by m", 0) == prices.of("m", 0) == OLD
    assert prices.of("local", 0) == prices.of("unknown", 0) == FREE
    assert PriceList({"m": NEW}, table=read_prices(TABLE)).of("m", 0) == NEW


def test_the_table_comes_from_the_product_a_file_or_the_setting_itself(tmp_path: Path) -> None:
    file = tmp_path / "prices.json"
    file.write_text(TABLE, encoding="utf-8")
    assert Settings().price_table() == read_prices(PRICES.read_text(encoding="utf-8"))
    assert Settings(prices=str(file)).price_table() == Settings(prices=TABLE).price_table() == read_prices(TABLE)


@pytest.mark.parametrize("prices", ["nowhere.json", ".", '[{"model": "m"}]'])
def test_a_table_that_cannot_be_read_stops_the_start(prices: str) -> None:
    with pytest.raises(BadSetting, match="PRICES"):
        read_settings({"PRICES": prices})


def test_a_deployment_without_a_stated_price_needs_one_in_the_table() -> None:
    unstated = AZURE_ENVIRONMENT | {"CHAT_INPUT_PRICE": "", "CHAT_OUTPUT_PRICE": ""}
    with pytest.raises(BadSetting, match="CHAT_INPUT_PRICE"):
        read_settings(unstated)
    assert read_settings(unstated | {"AZURE_OPENAI_CHAT_DEPLOYMENT": "gpt-4.1"})
