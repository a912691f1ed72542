"""The guide to the page speaks of what is there, by the names that the page shows."""

import json
import re

import pytest

from tests.architecture.source import ROOT

DOCS = ROOT / "docs"
MOST_BYTES = 150_000
PAGES = [("first-ten-minutes.md", "en"), ("first-ten-minutes.zh-CN.md", "zh")]


@pytest.mark.parametrize(("page", "language"), PAGES)
def test_what_the_guide_names_is_written_on_the_page(page: str, language: str) -> None:
    words = set(json.loads((ROOT / f"web/words/{language}.json").read_text(encoding="utf-8")).values())
    named = re.findall(r"\*\*([^*]+)\*\*", (DOCS / page).read_text(encoding="utf-8"))
    headings = [each for each in named if each.endswith((".", "。"))]
    assert len(headings) == 9
    assert [each for each in named if each not in words and each not in headings] == []


@pytest.mark.parametrize(("page", "language"), PAGES)
def test_what_the_guide_runs_and_links_to_exists(page: str, language: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"run", "serve"} <= set(re.findall(r"make ([a-z-]+)", text)) <= targets
    links = re.findall(r"\]\(([^)#]+)\)", text)
    assert [each for each in links if not (DOCS / each).is_file()] == []


def test_the_picture_is_small() -> None:
    assert (DOCS / "page.png").stat().st_size <= MOST_BYTES
