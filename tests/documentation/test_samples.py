"""The sample documents say what the labelled questions quote, and the sources make the files that are checked in."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from samples.build import COMPANY, SAMPLES, build
from shared.answering.question_class import question_class
from tests.documentation.extract_text import extract_text, normalised

SAMPLES_FOLDER = COMPANY.parent
QUESTIONS = json.loads((SAMPLES_FOLDER / "questions.json").read_text(encoding="utf-8"))["questions"]
GLOBAL = json.loads((SAMPLES_FOLDER / "global-questions.json").read_text(encoding="utf-8"))["questions"]
GOLD_DOCUMENTS = {"single": {1}, "multi-hop": {2, 3}, "comparison": {1, 2, 3}, "unanswerable": {0}}


@cache
def text_of(document: str) -> str:
    """Extract and normalise one document once."""
    return normalised(extract_text(COMPANY / document))


@pytest.mark.parametrize("question", QUESTIONS, ids=[question["id"] for question in QUESTIONS])
def test_every_quote_of_a_question_stands_in_its_document(question: dict) -> None:
    assert set(question) == {"id", "question", "answer", "type", "language", "gold"}
    for gold in question["gold"]:
        assert normalised(gold["quote"]) in text_of(gold["document"]), gold
    documents = {gold["document"] for gold in question["gold"]}
    assert len(documents) in GOLD_DOCUMENTS[question["type"]]


@pytest.mark.parametrize("question", GLOBAL, ids=lambda question: question["id"])
def test_a_global_question_is_one_and_every_point_of_it_is_quoted(question: dict) -> None:
    assert question_class(question["question"]).type == question["type"] == "global"
    assert all(normalised(gold["quote"]) in text_of(gold["document"]) for gold in question["gold"])
    assert len(question["gold"]) >= 4


@pytest.mark.parametrize("question", [each for each in QUESTIONS + GLOBAL if each["gold"]], ids=lambda q: q["id"])
def test_every_part_of_an_answer_is_read_from_its_quotes(question: dict) -> None:
    quotes = normalised(" ".join(gold["quote"] for gold in question["gold"])).casefold()
    parts = re.split("; |；", question["answer"])
    assert all(normalised(part).casefold() in quotes for part in parts)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_language_has_enough_questions_of_every_type(language: str) -> None:
    types = Counter(question["type"] for question in QUESTIONS if question["language"] == language)
    assert sum(types.values()) >= 75
    assert types["multi-hop"] >= 60
    assert all(types[kind] >= 3 for kind in GOLD_DOCUMENTS)


def test_questions_have_ids_of_their_own_and_use_every_document() -> None:
    assert len({question["id"] for question in QUESTIONS}) == len(QUESTIONS)
    assert {gold["document"] for question in QUESTIONS for gold in question["gold"]} == {
        sample.document for sample in SAMPLES
    }


def test_sources_say_the_same_as_the_files_that_are_checked_in(tmp_path: Path) -> None:
    fresh = build(tmp_path)
    assert {path.name for path in fresh} == {path.name for path in COMPANY.iterdir()}
    assert all(normalised(extract_text(path)) == text_of(path.name) for path in fresh)


def test_a_second_build_writes_the_same_bytes(tmp_path: Path) -> None:
    first, second = build(tmp_path / "first"), build(tmp_path / "second")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_samples_are_small_and_show_eight_formats_in_both_languages() -> None:
    assert sum(path.stat().st_size for path in SAMPLES_FOLDER.rglob("*") if path.is_file()) < 1_000_000
    assert len({Path(sample.document).suffix for sample in SAMPLES}) == 8
    languages = Counter(sample.language for sample in SAMPLES)
    assert min(languages["en"], languages["zh"]) >= 7


def test_readme_names_every_document_and_both_showcase_questions() -> None:
    readme = (SAMPLES_FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(sample.document in readme for sample in SAMPLES)
    assert all(question["question"] in readme for question in QUESTIONS if question["id"] in {"en-01", "zh-01"})
