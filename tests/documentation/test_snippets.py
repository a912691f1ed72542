"""Every fenced command or setting of the README and the guides is run by a test."""

import json
import re
import sys
from pathlib import Path

import pytest

from shared.settings import read_settings
from tests.architecture.source import ROOT
from tests.documentation.pages import run, snippets

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
    "docs/peers": "test_snippets.py",
}
"""Pages all of whose blocks a test runs, both languages.

The settings of llm on docs/api.md are those of test_llm_client.py, and test_signing.py signs as docs/access.md shows.
"""


def page_of(path: str) -> str:
    """Return a page's name without its language."""
    return path.removesuffix(".md").removesuffix(".zh-CN")


def is_run(page: str) -> bool:
    """Say whether a test runs the blocks of a page."""
    return page_of(page) in RUN_BY


def test_every_block_is_run(capsys: pytest.CaptureFixture[str]) -> None:
    found = [(page, each) for page in PAGES for each in snippets(page) if each.language not in PICTURES]
    left = [(page, each) for page, each in found if not is_run(page)]
    with capsys.disabled():
        print(f"\ndocumentation snippets executed: {len(found) - len(left)} of {len(found)}")  # noqa: T201
    assert [(page, each.text) for page, each in left] == []


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


@pytest.mark.timeout(400)
def test_a_system_is_measured_on_two_texts_as_the_page_on_peers_says(tmp_path: Path) -> None:
    # What `make` finds after an installation: an environment that is up to date.
    (tmp_path / "bin").mkdir()
    python = tmp_path / "bin/python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    (tmp_path / "dev").touch()
    book, short = tmp_path / "book.txt", tmp_path / "texts.json"
    book.write_text("Ada Quill built the Skerry lighthouse in 1911. Ben Holt keeps it.\n" * 20, encoding="utf-8")
    short.write_text(json.dumps(["Ada Quill built Skerry.", "Ben Holt keeps Skerry."]), encoding="utf-8")
    (block,) = snippets("docs/peers.md")
    said = run(block, ROOT, {each.name: str(each) for each in (book, short)}, {"VENV": str(tmp_path)})
    assert said.count("| Knowledge RAG, rules |") == 2
    assert "failed" not in said
