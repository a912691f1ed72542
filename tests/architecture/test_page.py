"""The page holds to its own rules: small, in both languages, no way from a text to HTML, nobody else's address."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

WEB = ROOT / "web"
MOST_BYTES = 600_000
MOST_LINES = 300
OWN = sorted(each for each in WEB.rglob("*") if each.suffix in {".js", ".css", ".html"} and "vendor" not in each.parts)
SCRIPTS = [each for each in OWN if each.suffix == ".js"]
WORDS = {
    language: json.loads((WEB / f"words/{language}.json").read_text(encoding="utf-8")) for language in ("en", "zh")
}

FORBIDDEN = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|createContextualFragment|DOMParser"
)


def name(path: Path) -> str:
    return path.relative_to(WEB).as_posix()


def test_all_files_together_stay_small() -> None:
    assert sum(each.stat().st_size for each in WEB.rglob("*") if each.is_file()) <= MOST_BYTES


@pytest.mark.parametrize("path", OWN, ids=name)
def test_a_file_fits_on_a_few_screens_and_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    assert text.startswith({".js": "// ", ".css": "/* ", ".html": "<!doctype html>"}[path.suffix])


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_no_script_makes_html_of_a_text(path: Path) -> None:
    assert FORBIDDEN.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", OWN, ids=name)
def test_no_file_names_another_host(path: Path) -> None:
    addresses = set(re.findall(r"https?://[\w.-]+", path.read_text(encoding="utf-8")))
    assert addresses <= {"http://www.w3.org"}


def test_the_start_has_no_script_or_style_of_its_own() -> None:
    text = (WEB / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=|javascript:", text) == []


def test_both_languages_have_the_same_words_with_the_same_gaps() -> None:
    assert set(WORDS["en"]) == set(WORDS["zh"])
    gaps = {language: {key: sorted(re.findall(r"\{\w+\}", each)) for key, each in words.items()}
            for language, words in WORDS.items()}  # fmt: skip
    assert gaps["en"] == gaps["zh"]
    assert [key for words in WORDS.values() for key, each in words.items() if not each] == []


def test_every_text_that_a_script_says_has_words_and_all_words_are_said() -> None:
    code = "\n".join(each.read_text(encoding="utf-8") for each in SCRIPTS)
    said = set(re.findall(r'say\("([\w.]+)"', code))
    families = set(re.findall(r"(?:say\(`|named\(\")([\w]+(?:\.[a-z_]+?)?)(?:\.|_)?(?:\$\{|\", )", code))
    assert said <= set(WORDS["en"])
    quoted = set(re.findall(r'"([a-z_]+\.[\w.]+)"', code))
    unsaid = {key for key in WORDS["en"] if key not in said | quoted and not any(key.startswith(f) for f in families)}
    assert unsaid == set()


def test_what_others_wrote_is_unchanged_and_carries_its_licence() -> None:
    folder = WEB / "vendor"
    kept = json.loads((folder / "versions.json").read_text(encoding="utf-8"))
    assert {each.name for each in folder.iterdir()} == {
        "versions.json",
        *(file for each in kept for file in each["files"]),
    }
    for each in kept:
        assert any("LICENSE" in file for file in each["files"])
        for file, digest in each["files"].items():
            assert hashlib.sha256((folder / file).read_bytes()).hexdigest() == digest
