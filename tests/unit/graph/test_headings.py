"""Laws of the names that headings give a chunk."""

import pytest

from shared.domain.graph import MentionSource
from shared.graph.headings import LONGEST, heading_names
from tests.unit.graph.reading import chunk_of, read


def test_the_title_and_the_headings_are_mentions_of_the_chunk_at_its_start() -> None:
    found = [each for each in read("Text.", "Tern-3", ("Seals",)).mentions if each.source is MentionSource.HEADING]
    assert [(each.key, each.confidence, each.start, each.end) for each in found] == [
        ("tern 3", 1.0, 0, 0),
        ("seals", 1.0, 0, 0),
    ]


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("3.2 Lightweave membrane", "Lightweave membrane"),
        ("二、董事会与管理层", "董事会与管理层"),
        ("第四章 费用与审批", "费用与审批"),
        ("Chapter 2: Seals", "Seals"),
    ],
)
def test_a_heading_is_named_without_its_number(heading: str, name: str) -> None:
    assert list(heading_names(chunk_of("", heading))) == [name]


@pytest.mark.parametrize("heading", ["Summary", "一、概况", "", "May I keep it?", "3", "x" * (LONGEST + 1)])
def test_a_heading_that_names_nothing_is_left_out(heading: str) -> None:
    assert list(heading_names(chunk_of("", heading))) == []


def test_a_heading_as_long_as_the_bound_is_kept() -> None:
    assert list(heading_names(chunk_of("", "x" * LONGEST))) == ["x" * LONGEST]


def test_a_heading_that_repeats_the_title_counts_once() -> None:
    assert list(heading_names(chunk_of("", "Tidebook", ("Tidebook", "Radio")))) == ["Tidebook", "Radio"]


def test_the_names_inside_a_heading_are_mentions_too() -> None:
    assert "heronmark instruments" in {each.key for each in read("", "Heronmark Instruments: a profile").mentions}


def test_a_heading_of_another_document_is_found_in_the_text() -> None:
    found = read("They passed the rain room test.", gazetteer=["rain room test"]).mentions
    assert [(each.key, each.source) for each in found] == [("rain room test", MentionSource.GAZETTEER)]
