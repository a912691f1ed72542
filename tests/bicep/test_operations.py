"""What operators read is what was deployed: alerts, costs and prices of the guides."""

import re

import pytest

import function_app
from infra.local.host.functions import registered_functions
from tests.bicep import monthly_cost
from tests.bicep.plot import FOLDER, ROOT, json_of, template

GUIDES = ("docs/operations.md", "docs/operations.zh-CN.md")
guides = pytest.mark.parametrize("guide", GUIDES)


@guides
def test_the_guide_shows_the_costs_that_the_sizes_and_prices_make(guide: str) -> None:
    assert monthly_cost.table() in (ROOT / guide).read_text(encoding="utf-8")


@guides
def test_the_guide_shows_what_a_question_costs(guide: str) -> None:
    prices = json_of("prices.json")
    text = (ROOT / guide).read_text(encoding="utf-8")
    for model in ("chat", "small"):
        cost = (4000 * prices[f"{model}_million_input"] + 300 * prices[f"{model}_million_output"]) / 1e6
        assert f"${cost:.4f}" in text
    assert f"${prices['embedding_million']:.2f}" in text


@guides
def test_the_guide_says_what_to_do_about_every_alert(guide: str) -> None:
    text = (ROOT / guide).read_text(encoding="utf-8")
    assert [each["name"] for each in json_of("alerts.json") if f"`{each['name']}`" not in text] == []


def test_a_larger_stage_costs_more() -> None:
    prices = json_of("prices.json")
    costs = [monthly_cost.monthly(stage, prices)["in all"] for stage in json_of("stages.json").values()]
    assert costs == sorted(costs)


def test_alerts_and_workbook_ask_for_functions_that_exist() -> None:
    names = {each.name for each in registered_functions(function_app.app)}
    text = str(json_of("alerts.json")) + str(json_of("workbook.json"))
    asked = {name for listed in re.findall(r"Name in \(([^)]+)\)", text) for name in re.findall(r"'(\w+)'", listed)}
    assert asked
    assert asked <= names


def test_the_budgets_count_by_the_prices_that_the_guide_shows() -> None:
    parameters, prices = template(FOLDER / "main.bicep").parameters, json_of("prices.json")
    for model in ("chat", "small"):
        counted = parameters[f"{model}Prices"]["default"]
        shown = [prices[f"{model}_million_{kind}"] for kind in ("input", "output")]
        assert [float(counted["input"]), float(counted["output"])] == shown
    assert float(parameters["embeddingPrice"]["default"]) == prices["embedding_million"]
    assert float(parameters["documentIntelligencePrice"]["default"]) == prices["layout_thousand_pages"]
    assert float(parameters["contentSafetyPrice"]["default"]) == prices["screening_thousand_records"]
