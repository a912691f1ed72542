"""Reports by a model: made when a question selects a community, kept by content, gone with what they rest on."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from infra.local.extraction_store import SqliteExtractionStore
from infra.local.files import FolderFiles
from infra.local.ledger import SqliteLedger
from infra.local.sqlite import Database
from shared.domain.access import Principal
from shared.domain.answers import ModelEvent, ModelTask, TextDelta
from shared.domain.errors import ModelUnavailable
from shared.domain.graph import Community
from shared.domain.money import Budget, Money, Period, Price, TokenUsage
from shared.graph.model_report import MATERIAL_TOKENS, RULES
from shared.money.accounts import GLOBAL
from shared.money.prices import PriceList
from shared.services.communities import Communities
from shared.services.community_reports import MOST, CommunityReports, WrittenReports
from shared.services.model_choice import ModelChoice
from shared.services.model_task import PaidTasks
from shared.services.spend import SpendGate
from shared.services.switched_model import SwitchedTaskModel
from shared.text.tokens import count_tokens
from tests.contract.graphs import Ground, id_of, stand
from tests.contract.passages import BASE, READER
from tests.workflow.test_incremental_graph import erase, write

READING = Principal("heron", "ana")
TEXT = "Ada Quill leads Heron Works in Port Ellery. Bruno Vale of Heron Works met Ada Quill in Port Ellery."
REPORT = "Heron Works is led by Ada Quill."


class Reporter:
    """Writes the same report, or fails; keeps what it was asked."""

    def __init__(self, name: str = "reporter") -> None:
        self.name = name
        self.answer: str | Exception = REPORT
        self.tasks: list[ModelTask] = []

    async def perform(self, task: ModelTask) -> AsyncGenerator[ModelEvent, None]:
        self.tasks.append(task)
        if isinstance(self.answer, Exception):
            raise self.answer
        yield TextDelta(self.answer)


@pytest.fixture
def model() -> Reporter:
    return Reporter()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[tuple[Ground, Database]]:
    ground, opened = stand(tmp_path)
    yield ground, opened
    opened.close()


@pytest.fixture
def ground(database: tuple[Ground, Database]) -> Ground:
    return database[0]


@pytest.fixture
def store(database: tuple[Ground, Database]) -> SqliteExtractionStore:
    return SqliteExtractionStore(database[1])


@pytest.fixture
def reports(
    database: tuple[Ground, Database], store: SqliteExtractionStore, model: Reporter, dollars: float
) -> CommunityReports:
    ground, opened = database
    ledger = SqliteLedger(opened, (Budget(GLOBAL, Period.DAILY, Money.of_usd(dollars)),))
    gate = SpendGate(ledger, PriceList({"reporter": Price(1.0, 2.0)}))
    return CommunityReports(ground.graph, ground.index, store, PaidTasks(model, gate))


@pytest.fixture
def dollars() -> float:
    return 1.0


async def found(ground: Ground) -> list[Community]:
    """Find the communities anew and return that of Ada Quill."""
    await Communities(ground.graph, ground.index).refresh(BASE)
    return await ground.graph.communities(READER, [id_of("ada quill")])


async def test_a_report_is_written_once_for_the_same_content(
    ground: Ground, reports: CommunityReports, model: Reporter
) -> None:
    await write(ground, "a.md", ("", (TEXT,)))
    communities = await found(ground)
    for _ in range(2):
        (told,) = (await reports.written(READING, READER, communities)).communities
        assert told.report == REPORT
    (task,) = model.tasks
    assert task.rules == RULES
    assert TEXT in task.material
    assert count_tokens(task.material) <= MATERIAL_TOKENS + 50


async def test_the_model_that_is_chosen_for_tasks_writes_a_report_of_its_own(
    ground: Ground, reports: CommunityReports, model: Reporter, tmp_path: Path
) -> None:
    models = {"reporter": model, "second": Reporter("second")}
    with closing(FolderFiles(tmp_path / "files")) as files:
        choice = ModelChoice(files, "heron", {"tasks": tuple(models)})
        switched = replace(reports, tasks=PaidTasks(SwitchedTaskModel("tasks", models, choice), reports.tasks.gate))
        await write(ground, "a.md", ("", (TEXT,)))
        communities = await found(ground)
        for name in ("reporter", "second", "reporter", "second"):
            await choice.switch(READING, "tasks", name)
            await switched.written(READING, READER, communities)
    # Each is asked once: what it wrote is kept under its name.
    assert [len(each.tasks) for each in models.values()] == [1, 1]


async def test_another_fact_makes_another_report(ground: Ground, reports: CommunityReports, model: Reporter) -> None:
    await write(ground, "a.md", ("", (TEXT,)))
    await reports.written(READING, READER, await found(ground))
    await write(ground, "a.md", ("", (TEXT, "Ada Quill works for Heron Works. Ada Quill left Heron Works in 2019.")))
    await reports.written(READING, READER, await found(ground))
    assert len(model.tasks) == 2


async def test_a_report_goes_with_a_chunk_that_it_rests_on(
    ground: Ground, reports: CommunityReports, model: Reporter, store: SqliteExtractionStore
) -> None:
    await write(ground, "a.md", ("", (TEXT,)))
    communities = await found(ground)
    await reports.written(READING, READER, communities)
    await store.forget(BASE, communities[0].chunk_ids)
    await erase(ground, "a.md")
    assert await found(ground) == []
    await write(ground, "a.md", ("", (TEXT,)))
    await reports.written(READING, READER, await found(ground))
    assert len(model.tasks) == 2


@pytest.mark.parametrize("answer", ["", "I am sorry, I cannot do that.", ModelUnavailable("away")])
async def test_where_the_model_fails_the_extractive_report_stays(
    ground: Ground, reports: CommunityReports, model: Reporter, answer: str | Exception
) -> None:
    await write(ground, "a.md", ("", (TEXT,)))
    communities = await found(ground)
    model.answer = answer
    assert (await reports.written(READING, READER, communities)).communities == tuple(communities)
    model.answer = REPORT
    assert [each.report for each in (await reports.written(READING, READER, communities)).communities] == [REPORT]


@pytest.mark.parametrize("dollars", [0.0])
async def test_where_the_budget_refuses_the_extractive_report_stays(
    ground: Ground, reports: CommunityReports, model: Reporter
) -> None:
    await write(ground, "a.md", ("", (TEXT,)))
    communities = await found(ground)
    assert await reports.written(READING, READER, communities) == WrittenReports(tuple(communities))
    assert model.tasks == []


async def test_only_so_many_reports_are_paid_for_at_once(
    ground: Ground, reports: CommunityReports, model: Reporter
) -> None:
    await write(ground, "a.md", ("", (TEXT,)))
    (one,) = await found(ground)
    many = [
        Community(f"c{place}", one.title, one.report, one.entity_ids[place:], 0.1, one.chunk_ids) for place in (0, 1)
    ]
    told = (await reports.written(READING, READER, [*many, *[one] * MOST])).communities
    assert len(told) == 2 + MOST
    assert len(model.tasks) <= MOST
    assert told[MOST:] == (one, one)


async def test_what_reports_took_is_told_once(ground: Ground, reports: CommunityReports) -> None:
    await write(ground, "a.md", ("", (TEXT,)))
    communities = await found(ground)
    first = await reports.written(READING, READER, communities)
    assert first.usage.output == count_tokens(REPORT)
    assert first.cost.usd == pytest.approx((first.usage.input + 2 * first.usage.output) / 1e6)
    assert (await reports.written(READING, READER, communities)).usage == TokenUsage()
