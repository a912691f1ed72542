"""Global questions are measured by points: what is read, what is told, and from how many of the gold documents."""

from infra.local.command_line.labelled import Gold, Labelled
from infra.local.command_line.surveys import Reading, points, shares
from shared.domain.answers import Answer, Prompt, QuestionClass, TextDelta
from tests.fakes.chat_models import ScriptedModel
from tests.unit.answering.samples import hit, passages

ASKED = Labelled("Overview?", (Gold("document.md", "x"), Gold("other.md", "y")), ("40 bar", "52 bar"), "en global")


def answer(text: str) -> Answer:
    return Answer(text, (), (hit("At 40 bar."),), (), 0.5, "none", sort=QuestionClass("global", "complex", "global"))


def test_a_point_counts_where_it_stands_in_the_text() -> None:
    assert points(ASKED, "It runs at 40 BAR.") == 0.5
    assert points(ASKED, "") == 0


def test_what_is_read_and_told_is_counted_by_kind() -> None:
    assert shares([(ASKED, "40 bar and 52 bar", answer("40 bar"))]) == {
        "points_read": {"en global": 100.0},
        "points_told": {"en global": 50.0},
        "documents_read": {"en global": 50.0},
    }


async def test_what_the_model_reads_is_kept() -> None:
    reading = Reading(ScriptedModel([TextDelta("Yes.")]))
    events = [event async for event in reading.stream(Prompt("?", passages("At 40 bar.", title="Pumps")))]
    assert (events, reading.read) == ([TextDelta("Yes.")], "Pumps\nAt 40 bar.")
