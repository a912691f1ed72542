"""What is suggested behind an answer."""

from dataclasses import replace
from typing import Any

import pytest

from shared.answering.follow_ups import LEAST_CONFIDENCE, LONGEST_NAME, TEMPLATES, follow_ups
from shared.domain.graph import Entity, EntityType, Relation, RelationType

QUILL = Entity("q", "Ada Quill", EntityType.PERSON, 3)
WORKS = Entity("w", "Heron Works", EntityType.ORGANIZATION, 2)
PORT = Entity("p", "Port Ellery", EntityType.LOCATION, 1)
YEAR = Entity("y", "1911", EntityType.DATE, 9)
ASKED = "Who built the Skerry lighthouse?"
ANSWER = "The lighthouse was built by Ada Quill in 1911. [1]"


def related(source: Entity, target: Entity, type: RelationType = RelationType.WORKS_FOR, **more: Any) -> Relation:
    return replace(Relation(source.id, target.id, type, 0.9, ("c",)), **more)


def test_a_relation_leads_on_from_what_was_spoken_of() -> None:
    assert follow_ups(ASKED, ANSWER, [QUILL, WORKS], [related(QUILL, WORKS)]) == [
        "Who does Ada Quill work for?", "What do the documents say about Heron Works?"
    ]  # fmt: skip
    assert follow_ups(ASKED, "Heron Works built it.", [QUILL, WORKS], [related(QUILL, WORKS)])[0] == (
        "Who works for Heron Works?"
    )


def test_what_was_said_already_is_not_asked_for() -> None:
    assert follow_ups(ASKED, f"{ANSWER} She works for Heron Works.", [QUILL, WORKS], [related(QUILL, WORKS)]) == []
    assert follow_ups("Who does Ada Quill work for?", "Nobody says.", [QUILL, PORT], [related(QUILL, PORT)]) == [
        "What do the documents say about Port Ellery?"
    ]


def test_a_chinese_question_gets_chinese_suggestions() -> None:
    found = follow_ups("谁建造了灯塔？", "Ada Quill 建造了它。", [QUILL, WORKS], [related(QUILL, WORKS)])
    assert found == ["Ada Quill在哪里任职？", "文档中关于Heron Works说了什么？"]


def test_names_in_the_tongue_of_the_question_come_first() -> None:
    foreign = replace(WORKS, id="f", name="石峤工厂", mention_count=9)
    assert follow_ups(ASKED, ANSWER, [foreign, WORKS], []) == [
        "What do the documents say about Heron Works?", "What do the documents say about 石峤工厂?"
    ]  # fmt: skip


def test_suggestions_are_few_and_different() -> None:
    others = [replace(WORKS, id=str(number), name=f"Works {number}") for number in range(9)]
    found = follow_ups(ASKED, ANSWER, [QUILL, *others], [related(QUILL, each) for each in others])
    assert len(found) == len(set(found)) == 3
    assert sum("work for" in each for each in found) == 1


@pytest.mark.parametrize(
    ("entities", "relation"),
    [
        ([QUILL, replace(WORKS, name="x" * (LONGEST_NAME + 1))], {}),
        ([QUILL, replace(WORKS, name="x")], {}),
        ([QUILL], {}),
        ([YEAR, replace(WORKS, type=EntityType.METRIC)], {"source": YEAR}),
        ([QUILL, replace(WORKS, type=EntityType.CONCEPT)], {"type": RelationType.RELATED_TO}),
        ([], {}),
    ],
)
def test_what_makes_no_question_is_left_out(entities: list[Entity], relation: dict[str, Any]) -> None:
    assert follow_ups(ASKED, ANSWER, entities, [related(**{"source": QUILL, "target": WORKS, **relation})]) == []


@pytest.mark.parametrize(("confidence", "leads"), [(LEAST_CONFIDENCE, True), (LEAST_CONFIDENCE - 0.01, False)])
def test_a_doubtful_relation_leads_nowhere(confidence: float, leads: bool) -> None:
    found = follow_ups(ASKED, ANSWER, [QUILL, WORKS], [related(QUILL, WORKS, confidence=confidence)])
    assert ("Who does Ada Quill work for?" in found) == leads


@pytest.mark.parametrize("tongue", ["en", "zh"])
def test_every_type_of_relation_can_be_asked_for_from_both_ends(tongue: str) -> None:
    assert set(TEMPLATES[tongue]) == set(RelationType) - {RelationType.RELATED_TO}
    assert all(template.count("{}") == 1 for pair in TEMPLATES[tongue].values() for template in pair)
