"""Every fenced command or setting of the README and the guides is run by a test, or named here with the reason."""

import json
import re
from pathlib import Path

import pytest

from shared.settings import read_settings
from tests.architecture.source import ROOT
from tests.documentation.pages import snippets

PAGES = sorted(str(each.relative_to(ROOT)) for each in [*ROOT.glob("README*.md"), *ROOT.glob("docs/*.md")])
PICTURES = {"mermaid", "text"}
"""What is drawn, and nothing that anybody runs."""

RUN_BY = {
    "README": "test_commands.py",
    "docs/access": "test_commands.py",
    "docs/api": "test_api.py",
    "docs/costs": "test_snippets.py",
    "docs/deploy": "test_commands.py",
    "docs/first-ten-minutes": "test_commands.py",
    "docs/knowledge": "test_knowledge.py",
    "docs/own-models": "test_own_models.py",
}
"""Pages all of whose blocks a test runs, both languages.

The settings of llm on docs/api.md are those of test_llm_client.py, and test_signing.py signs as docs/access.md shows.
"""

NOT_RUN = {"make bench-peers": "installs other systems and measures them for half an hour"}
"""How blocks begin that no test of the documentation runs, and why."""


def page_of(path: str) -> str:
    """Return a page's name without its language."""
    return path.removesuffix(".md").removesuffix(".zh-CN")


def is_run(page: str) -> bool:
    """Say whether a test runs the blocks of a page."""
    return page_of(page) in RUN_BY


def test_every_block_is_run_or_named_with_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    found = [(page, each) for page in PAGES for each in snippets(page) if each.language not in PICTURES]
    left = [(page, each) for page, each in found if not is_run(page)]
    with capsys.disabled():
        print(f"\ndocumentation snippets executed: {len(found) - len(left)} of {len(found)}")  # noqa: T201
    assert [(page, each.text) for page, each in left if not each.text.startswith(tuple(NOT_RUN))] == []
    begun = [begin for begin in NOT_RUN if not any(each.text.startswith(begin) for _, each in left)]
    assert begun == []


def test_what_is_said_to_run_a_page_names_it() -> None:
    for page, test in RUN_BY.items():
        assert page in (ROOT / "tests/documentation" / test).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["docs/costs.md", "docs/costs.zh-CN.md"])
def test_the_settings_of_the_page_on_costs_are_taken(page: str, tmp_path: Path) -> None:
    table, rates = snippets(page)
    (tmp_path / "prices.json").write_text(table.text, encoding="utf-8")
    name, value = re.fullmatch(r'(\w+)="(.*)"\n', rates.text).groups()  # type: ignore[union-attr]
    for prices in (table.text, str(tmp_path / "prices.json")):
        settings = read_settings({"PRICES": prices, name: value})
        assert settings.price_table() is not None
        assert set(settings.rates_of_models()) == {"chat", "small", "embedding"}
    assert json.loads(table.text)[0]["model"] == "my-deployment"
