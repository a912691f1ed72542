"""Every snippet of the pages about the API runs as it stands, from top to bottom, against a house of its own."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.documentation.pages import COMMANDS, HOUSE, run, snippets
from tests.parts.running import free_port, running

PAGES = ("docs/api.md", "docs/api.zh-CN.md")


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A house as `make serve` starts it, on a port of its own."""
    settings = {"PORT": str(free_port()), "DATA_DIR": str(tmp_path / "house"), "PYTHONUNBUFFERED": "1"}
    command = (sys.executable, "-m", "infra.local.command_line", "serve")
    with running(command, ROOT, r"Serving on (http://[\d.:]+)", settings, seconds=110) as announced:
        yield announced[1]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("page", PAGES)
def test_every_snippet_runs_and_shows_what_it_should(page: str, address: str, tmp_path: Path) -> None:
    for snippet in snippets(page):
        if snippet.language in COMMANDS:
            assert snippet.shows
            run(snippet, tmp_path, {HOUSE: address}, {})


def test_both_pages_have_the_same_snippets_and_no_other_sort_of_them() -> None:
    first, second = (snippets(page) for page in PAGES)
    assert first == second
    assert {each.language for each in first} == {*COMMANDS, "yaml"}
    for page in PAGES:
        assert (ROOT / page).read_text(encoding="utf-8").count("```") == 2 * len(first)
