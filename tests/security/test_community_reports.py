"""Reports of communities with a hidden chunk reach no reader who may not see it, and no report shows a hidden name."""

from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path

import pytest

from shared.domain.access import Principal
from shared.domain.answers import Answer, ModelEvent, ModelTask, TextDelta
from tests.security.archive import DIRECTOR, SECRET, STAFF, Archive, archive
from tests.security.conftest import HIDDEN_WORDS, PUBLIC_TEXT, SECRET_TEXT

QUESTIONS = (
    "Give an overview of everything.",
    "Summarise Project Falcon and Nightjar Holdings.",
    "What are the main themes around the Skerry lighthouse and Ada Quill?",
    "What does the SLSA do in general?",
)
LAMPS = (
    "# Lamps\n\nThe SLSA keeps the lamps of Port Ellery. Cleo Marsh works for the SLSA.\n\n"
    "Cleo Marsh met Ben Orr of the SLSA in Port Ellery.\n"
)
AUTHORITY = (
    "# Note {0}\n\nThe Skerry Light Survey Authority (SLSA) keeps {0} lamps. The Skerry Light Survey Authority grows.\n"
    "\nBen ORR lives there.\n"
)
HIDDEN = (*HIDDEN_WORDS, "Survey Authority", "ORR")


class Copyist:
    """Writes as a report all that it was shown; keeps what it was asked."""

    name = "copyist"

    def __init__(self) -> None:
        self.tasks: list[ModelTask] = []

    async def perform(self, task: ModelTask) -> AsyncGenerator[ModelEvent, None]:
        self.tasks.append(task)
        yield TextDelta(task.material)


@pytest.fixture
def copyist() -> Copyist:
    return Copyist()


@pytest.fixture
async def house(tmp_path: Path, copyist: Copyist) -> AsyncIterator[Archive]:
    """Public and secret documents about the same things, and names that secret ones alone spell out or write so."""
    async with archive(tmp_path / "house", task_model=copyist) as opened:
        await opened.add("public.md", PUBLIC_TEXT)
        await opened.add("lamps.md", LAMPS)
        await opened.add("secret.md", SECRET_TEXT, SECRET)
        for number in (3, 4, 5):
            await opened.add(f"{number}.md", AUTHORITY.format(number), SECRET)
        yield opened


async def ask(house: Archive, principal: Principal, text: str) -> Answer:
    return await house.services.ask.answer(house.question(principal, text, use_cache=False))


def hidden_in(shown: object) -> list[str]:
    """The hidden words that a text shows."""
    return [word for word in HIDDEN if word in str(shown)]


@pytest.mark.parametrize("text", QUESTIONS)
async def test_no_report_tells_a_reader_what_they_may_not_read(house: Archive, copyist: Copyist, text: str) -> None:
    of_director = await ask(house, DIRECTOR, text)
    assert "community_reports" in of_director.features
    written = len(copyist.tasks)
    of_staff = await ask(house, STAFF, text)
    assert hidden_in((of_staff.text, of_staff.citations, of_staff.hits, of_staff.entities)) == []
    assert {hit.document_name for hit in of_staff.hits} <= {"public.md", "lamps.md"}
    assert [word for task in copyist.tasks[written:] for word in hidden_in(task.material)] == []


async def test_what_one_reader_had_written_shows_another_no_hidden_name(house: Archive, copyist: Copyist) -> None:
    scope = house.question(STAFF, "").scope
    readable = await house.ground.graph.every_community(scope)
    assert readable
    assert hidden_in(readable) == []
    reports = house.services.ask.overview.reports
    assert reports
    wide = house.question(DIRECTOR, "").scope
    of_director = await reports.written(DIRECTOR, wide, readable)
    assert copyist.tasks
    assert hidden_in(of_director.communities) == []
    written = len(copyist.tasks)
    assert (await reports.written(STAFF, scope, readable)).communities == of_director.communities
    assert len(copyist.tasks) == written


async def test_a_reader_of_everything_is_told_of_the_secret(house: Archive) -> None:
    answer = await ask(house, DIRECTOR, "Summarise Project Falcon and Nightjar Holdings.")
    assert "Falcon" in answer.text
