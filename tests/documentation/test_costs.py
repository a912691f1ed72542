"""The document on costs shows the prices that come with the product."""

import json
import re

import pytest

from shared.setting_checks import PRICES
from tests.architecture.source import ROOT

ROW = re.compile(r"^\| `([^`]+)` \| (\d{4}-\d{2}-\d{2})" + r" \| ([\d.]+)" * 4 + r" \|$", re.MULTILINE)


@pytest.mark.parametrize("document", ["docs/costs.md", "docs/costs.zh-CN.md"])
def test_the_table_of_prices_is_that_of_the_product(document: str) -> None:
    shown = [
        (model, since, *map(float, prices))
        for model, since, *prices in ROW.findall((ROOT / document).read_text(encoding="utf-8"))
    ]
    assert shown == [
        (
            row["model"],
            row["since"],
            row["input"],
            row.get("cached", row["input"]),
            row["output"],
            row.get("reasoning", row["output"]),
        )
        for row in json.loads(PRICES.read_text(encoding="utf-8"))
    ]
