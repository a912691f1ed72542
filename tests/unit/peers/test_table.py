"""The arithmetic of the table, and what stands where there is no figure."""

from typing import Any

import pytest

from tests.peers.corpora import Corpus
from tests.peers.table import line, number, rows, table

CORPUS = Corpus("book.txt", ("word " * 1_620,))  # 2,000 tokens
REPORT: dict[str, Any] = {
    "start": {"processor_seconds": 1.5},
    "index": {
        "seconds": 12.34,
        "processor_seconds": 6.0,
        "calls": 5,
        "prompt_tokens": 15_000,
        "completion_tokens": 1_001,
        "embedding_requests": 7,
        "embedded_texts": 1_193,
    },
    "peak_megabytes": 320.4,
    "question mix": {
        "answered": 1,
        "calls": 1.85,
        "prompt_tokens": 27_800.4,
        "embedding_requests": 1,
        "median_ms": 9.87,
    },
    "insert": {"seconds": 1.4, "calls": 8, "prompt_tokens": 32_600},
    "delete": {"missing": "no"},
}


def cells(report: dict[str, Any]) -> dict[str, str]:
    return {row.name: row.read(report) for row in rows(CORPUS.tokens)}


def test_counts_of_the_indexing_stand_per_thousand_tokens() -> None:
    assert CORPUS.tokens == 2_000
    shown = cells(REPORT)
    assert shown["index: model calls per 1,000 tokens"] == "2.50"
    assert shown["index: prompt tokens per 1,000 tokens"] == "7,500"
    assert shown["index: completion tokens per 1,000 tokens"] == "500"
    assert shown["index: embedding requests (texts)"] == "7 (1,193)"


def test_the_first_mode_is_the_local_one_and_a_second_may_be_missing() -> None:
    shown = cells(REPORT)
    assert shown["question, local (LightRAG: mix): prompt tokens"] == "27,800"
    assert shown["question, local (LightRAG: mix): median ms"] == "9.87"
    assert shown["question, global: prompt tokens"] == "–"


def test_what_a_system_cannot_do_is_no_zero() -> None:
    shown = cells(REPORT)
    assert {shown["delete: model calls"], shown["delete: seconds"]} == {"cannot"}
    assert shown["insert: model calls"] == "8"


def test_a_system_that_could_not_run_has_no_figure_at_all_and_a_reason_below() -> None:
    failed = {"failed": {"step": "installation", "reason": "no wheel"}}
    assert set(cells(failed).values()) == {"–"}
    shown = table(CORPUS, {"Ours": REPORT, "Theirs": failed})
    assert shown.splitlines()[0] == "| book.txt: 1 document(s), 2,000 tokens | Ours | Theirs |"
    assert "Theirs: no figures beyond this step, installation: no wheel" in shown
    assert "Ours:" not in shown


def test_questions_without_an_answer_are_told() -> None:
    silent = {**REPORT, "question mix": {**REPORT["question mix"], "answered": 0.7}}
    assert "Theirs, question mix: 70% of the questions got an answer" in table(CORPUS, {"Theirs": silent})
    assert "got an answer" not in table(CORPUS, {"Theirs": REPORT})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "–"),
        (0, "0"),
        (0.0, "0"),
        (0.004, "0.00"),
        (9.994, "9.99"),
        (10.04, "10.0"),
        (99.96, "100.0"),
        (100.4, "100"),
        (1234567.8, "1,234,568"),
    ],
)
def test_a_number_has_as_many_digits_as_it_deserves(value: float | None, expected: str) -> None:
    assert number(value) == expected


def test_a_row_is_one_of_a_markdown_table() -> None:
    assert line(["a", "b"]) == "| a | b |"
