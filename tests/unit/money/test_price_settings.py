"""Prices and rates in the settings: what nobody means stops the start, and is named."""

from dataclasses import fields

import pytest

from shared.domain.errors import BadSetting
from shared.settings import Settings, read_settings

CHAT = {"CHAT_BASE_URL": "http://127.0.0.1:1/v1", "CHAT_MODEL": "gpt"}
PRICES = sorted(each.name.upper() for each in fields(Settings) if each.name.endswith("_price"))
RATES = sorted(each.name.upper() for each in fields(Settings) if each.name.endswith(("rate_per_minute", "rate_burst")))


def test_there_are_such_settings() -> None:
    assert {"CHAT_INPUT_PRICE", "EMBEDDING_PRICE", "RERANK_PRICE"} < set(PRICES)
    assert len(RATES) == 6


@pytest.mark.parametrize("name", PRICES)
@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "-0.01", "1e400", "dear"])
def test_a_price_that_nobody_means_stops_the_start(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name):
        read_settings({**CHAT, name: value})


@pytest.mark.parametrize("name", RATES)
@pytest.mark.parametrize("value", ["nan", "-inf", "-1", "0", "fast"])
def test_a_rate_that_nobody_means_stops_the_start(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name):
        read_settings({name: value})


@pytest.mark.parametrize("value", ["0", "0.000001", "1000"])
def test_a_price_may_be_nothing_or_small(value: str) -> None:
    assert read_settings({**CHAT, "CHAT_INPUT_PRICE": value}).chat_input_price == float(value)
