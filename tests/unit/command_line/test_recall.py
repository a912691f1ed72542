"""Counting what stands among the first hits."""

from pathlib import Path

import pytest

from infra.local.command_line.labelled import Gold, Labelled, LabelledSet
from infra.local.command_line.recall import Found, places, recalls, share
from infra.local.command_line.uploading import Source
from shared.domain.answers import Hit
from shared.domain.documents import Chunk


def hit(document: str, text: str) -> Hit:
    return Hit(Chunk(text, document, 0, "Birds", (), text, 1, 0, len(text)), document, 1.0)


def labelled(*questions: Labelled) -> LabelledSet:
    return LabelledSet("birds", (Source(Path("birds.md"), "birds.md"),), questions, by_chunk=True)


def test_two_chunks_of_a_document_are_two_places_or_one() -> None:
    hits = [hit("a.md", "Herons wade."), hit("b.md", "Terns dive."), hit("a.md", "Herons fish.")]
    assert [place.document for place in places(hits, by_chunk=True)] == ["a.md", "b.md", "a.md"]
    assert [place.document for place in places(hits, by_chunk=False)] == ["a.md", "b.md"]


def test_a_quote_is_found_in_its_document_alone_whatever_the_spaces() -> None:
    (place,) = places([hit("a.md", "Herons\nwade in  ＭＵＤ.")], by_chunk=True)
    assert share([Gold("a.md", "herons wade in mud.")], [place]) == 1
    assert share([Gold("b.md", "herons wade in mud.")], [place]) == 0
    assert share([Gold("a.md", "Herons wade"), Gold("a.md", "Herons fish")], [place]) == 0.5


def test_recall_is_averaged_over_the_questions_that_have_gold() -> None:
    two = Labelled("?", (Gold("a.md"), Gold("b.md")), (), "en multi-hop")
    none = Labelled("?", (), (), "en unanswerable")
    one = Labelled("?", (Gold("c.md"),), (), "zh single")
    ranked = [Found("a.md", ""), *[Found(f"{n}.md", "") for n in range(4)], Found("b.md", "")]
    line = recalls([ranked, ranked, [Found("c.md", "")]], labelled(two, none, one))
    assert (line["recall@1"], line["recall@5"], line["recall@10"]) == (75, 75, 100)
    assert line["all_gold@5"] == 50
    assert line["recall@5_of"] == {"en multi-hop": 50, "zh single": 100}
    assert line["recall@5_error"] == 25
    assert line["recall@5_error_of"] == {"en multi-hop": 0, "zh single": 0}


def test_a_set_without_kinds_has_no_line_for_them() -> None:
    assert "recall@5_of" not in recalls([[Found("a.md", "")]], labelled(Labelled("?", (Gold("a.md"),), ())))


def test_nothing_to_find_gives_zero() -> None:
    assert recalls([[]], labelled(Labelled("?", (), ())))["recall@5"] == pytest.approx(0)
