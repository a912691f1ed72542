"""Each prompt is answered in the format that its system reads."""

import json

import pytest

from tests.bench.corpus import book
from tests.peers.answer import ANSWER, is_answer
from tests.peers.findings import Findings, found, found_later
from tests.peers.replies import reply

TEXT = book(3_000)
RULE = "######################"
TUPLES = (
    f"-Goal-\nText: an example\n{RULE}\n-Real Data-\n{RULE}\nEntity_types: [person]\nText: {TEXT}\n{RULE}\nOutput:\n"
)
LINES = f"---Task---\nExtract entities and relationships\n---Input Text---\n```\n{TEXT}\n```\n---Output---\n"
NANO_AGAIN = "MANY entities were missed in the last extraction.  Add them below using the same format:\n"
GRAPHRAG_AGAIN = "MANY entities and relationships were missed in the last extraction. Remember to ONLY emit entities"
LIGHTRAG_AGAIN = "---Task---\nBased on the last extraction task, identify and extract any missed\n---Output---\n"


def assert_tuples(text: str, findings: Findings) -> None:
    """Read a reply as graphrag and nano-graphrag do, and compare."""
    assert text.endswith("<|COMPLETE|>")
    records = [each.strip()[1:-1].split("<|>") for each in text.removesuffix("<|COMPLETE|>").split("##")]
    entities = [each for each in records if each[0] == '"entity"']
    relations = [each for each in records if each[0] == '"relationship"']
    assert len(entities) + len(relations) == len(records)
    assert [(each[1], each[3]) for each in entities] == [(each.name, each.description) for each in findings.entities]
    assert [(each[1], each[2]) for each in relations] == pairs(findings)
    assert {float(each[4]) for each in relations} <= {7.0}


def assert_lines(text: str, findings: Findings) -> None:
    """Read a reply as LightRAG does, and compare."""
    *rows, end = text.split("\n")
    assert end == "<|COMPLETE|>"
    records = [each.split("<|#|>") for each in rows]
    assert {(each[0], len(each)) for each in records} <= {("entity", 4), ("relation", 5)}
    assert [each[1] for each in records if each[0] == "entity"] == [each.name for each in findings.entities]
    assert [(each[1], each[2]) for each in records if each[0] == "relation"] == pairs(findings)


def pairs(findings: Findings) -> list[tuple[str, str]]:
    return [(each.source.name, each.target.name) for each in findings.relations]


def test_an_extraction_of_graphrag_and_nano_is_answered_in_tuples() -> None:
    answer = reply([TUPLES])
    assert answer.kind == "extract"
    assert_tuples(answer.text, found(TEXT))


@pytest.mark.parametrize("again", [NANO_AGAIN, GRAPHRAG_AGAIN])
def test_their_second_look_reads_the_text_of_the_first(again: str) -> None:
    answer = reply([TUPLES, "what was found", again])
    assert answer.kind == "extract again"
    assert_tuples(answer.text, found_later(TEXT))


def test_an_extraction_of_lightrag_is_answered_in_lines() -> None:
    answer = reply(["---Role---\nThe `---Input Text---` section", LINES])
    assert answer.kind == "extract"
    assert_lines(answer.text, found(TEXT))


def test_its_second_look_reads_the_text_of_the_first() -> None:
    answer = reply(["---Role---\nThe `---Input Text---` section", LINES, "what was found", LIGHTRAG_AGAIN])
    assert answer.kind == "extract again"
    assert_lines(answer.text, found_later(TEXT))


def test_a_report_has_every_field_that_is_asked_for() -> None:
    answer = reply(["# Report Structure\n- DETAILED FINDINGS: A list of 5-10 key insights"])
    report = json.loads(answer.text)
    assert answer.kind == "report"
    assert report.keys() == {"title", "summary", "rating", "rating_explanation", "findings"}
    assert len(report["findings"]) == 5
    assert all(each.keys() == {"summary", "explanation"} for each in report["findings"])


def test_the_points_of_a_global_question_have_a_description_and_a_score() -> None:
    answer = reply(['Respond with {"points": [{"description": ...}]} over the tables', "What is told?"])
    points = json.loads(answer.text)["points"]
    assert answer.kind == "points"
    assert all(each["score"] > 0 and is_answer(each["description"]) for each in points)


def test_keywords_are_the_names_of_the_question() -> None:
    prompt = (
        "the keys `high_level_keywords` and `low_level_keywords`\nUser Query: Who is Marley, and how is Scrooge?\n---"
    )
    answer = reply([prompt])
    assert answer.kind == "keywords"
    assert json.loads(answer.text) == {
        "high_level_keywords": ["relationship of Marley, Scrooge"],
        "low_level_keywords": ["Marley", "Scrooge"],
    }


def test_descriptions_are_summed_up_and_everything_else_is_a_question() -> None:
    assert reply(["Entities: Marley\nDescription List: [1, 2]"]).kind == "summarize"
    assert (reply(["Answer.", "Who?"]).kind, reply(["Who?"]).text) == ("answer", ANSWER)
    assert is_answer(f"It says: {ANSWER}")
    assert not is_answer("Sorry, I'm not able to provide an answer to that question.")
    assert not is_answer(None)
