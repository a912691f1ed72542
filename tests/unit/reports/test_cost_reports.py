"""The reports are written under their last day, and say what the ledger says."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.local.files import FolderFiles
from infra.local.ledger import SqliteLedger
from infra.local.sqlite import Database
from shared.domain.access import Principal
from shared.domain.errors import AccessDenied
from shared.domain.money import Budget, Money, Period, Price, Reservation, TokenUsage
from shared.domain.performance import ENDPOINT, MODEL, Batch, Series
from shared.domain.roles import Role
from shared.money.accounts import GLOBAL
from shared.money.caps import Caps
from shared.money.cost_report import Span
from shared.services.cost_reports import CostReports, Format
from shared.services.usage import UNCAPPED, UsageService

ANA = Principal("acme", "ana")
MIDNIGHT = datetime(2026, 12, 1, 0, 30, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def ledger(folder: Path) -> Iterator[SqliteLedger]:
    database = Database(folder / "ledger.sqlite")
    yield SqliteLedger(database, [Budget(GLOBAL, Period.DAILY, Money.of_usd(50))])
    database.close()


@pytest.fixture
def files(folder: Path) -> Iterator[FolderFiles]:
    files = FolderFiles(folder / "files")
    yield files
    files.close()


async def spend(ledger: SqliteLedger, name: str, moment: datetime, usd: float) -> None:
    now = moment.timestamp()
    await ledger.reserve(Reservation(name, "acme", "ana", "chat:gpt", Money(), now + 900), now)
    await ledger.settle(name, Money.of_usd(usd), TokenUsage(10, 5), now)


class Measured:
    """Measurements as they were made, however old."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []

    async def keep(self, batch: Batch) -> None:
        self.batches.append(batch)

    async def since(self, minute: int) -> list[Batch]:
        return [each for each in self.batches if each.minute >= minute]


def reports(ledger: SqliteLedger, files: FolderFiles, now: datetime, measured: Measured | None = None) -> CostReports:
    return CostReports(ledger, files, lambda model, moment: Price(), "acme", lambda: now, measured or Measured())


async def answered(measured: Measured, moment: datetime, hits: int, usd: float) -> None:
    series = Series(MODEL, "gpt", hits + 1, 0, hits, 5.0, ((3, hits + 1),), Money.of_usd(usd).nano_usd)
    asked = Series(ENDPOINT, "POST /api/v1/rag/query", hits + 1, 0, hits, 5.0)
    await measured.keep(Batch(moment.isoformat(), int(moment.timestamp() // 60), (series, asked)))


async def test_a_report_says_what_kept_answers_saved_on_its_days(ledger: SqliteLedger, files: FolderFiles) -> None:
    measured = Measured()
    await answered(measured, datetime(2026, 11, 29, 23, 59, tzinfo=UTC), 1, 100)
    await answered(measured, datetime(2026, 11, 30, tzinfo=UTC), 2, 0.5)
    await answered(measured, datetime(2026, 11, 30, 23, 59, tzinfo=UTC), 3, 0.25)
    await answered(measured, datetime(2026, 12, 1, tzinfo=UTC), 1, 100)
    made = reports(ledger, files, MIDNIGHT, measured)
    found = json.loads(await made.read(ANA, Span.DAILY, Format.JSON))
    assert found["kept_answers"] == {"requests": 5, "saved_usd": 0.75}
    assert b"total,kept answers,5,,,,,0.750000000" in await made.read(ANA, Span.DAILY, Format.CSV)
    assert b"$0.750000 (5)" in await made.read(ANA, Span.DAILY, Format.HTML)


async def test_what_is_measured_no_more_is_taken_from_the_reports_of_its_days(
    ledger: SqliteLedger, files: FolderFiles
) -> None:
    measured = Measured()
    early = datetime(2026, 11, 5, 12, tzinfo=UTC)
    await answered(measured, early, 4, 2)
    await reports(ledger, files, early + timedelta(days=1), measured).write_all()
    measured.batches.clear()
    await answered(measured, datetime(2026, 11, 28, tzinfo=UTC), 1, 1)
    found = json.loads(await reports(ledger, files, MIDNIGHT, measured).read(ANA, Span.MONTHLY, Format.JSON))
    assert found["kept_answers"] == {"requests": 5, "saved_usd": 3.0}


async def test_every_report_up_to_yesterday_is_written_in_every_format(
    ledger: SqliteLedger, files: FolderFiles, folder: Path
) -> None:
    await reports(ledger, files, MIDNIGHT).write_all()
    written = {str(each.relative_to(folder / "files")) for each in (folder / "files/reports").rglob("*.*")}
    assert written == {f"reports/costs/{span}/2026-11-30.{form}" for span in Span for form in Format}


async def test_a_report_has_the_days_of_utc_and_agrees_with_the_ledger(
    ledger: SqliteLedger, files: FolderFiles
) -> None:
    await spend(ledger, "last second", datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC), 3)
    await spend(ledger, "first second", datetime(2026, 12, 1, tzinfo=UTC), 100)
    await spend(ledger, "month begins", datetime(2026, 11, 1, tzinfo=UTC), 4)
    await spend(ledger, "month before", datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC), 100)
    found = json.loads(await reports(ledger, files, MIDNIGHT).read(ANA, Span.MONTHLY, Format.JSON))
    november = datetime(2026, 11, 30, tzinfo=UTC).timestamp()
    (booked,) = (await ledger.budgets(november, [Budget(GLOBAL, Period.MONTHLY, UNCAPPED)]))[1:]
    assert found["total"]["cost_usd"] == booked.spent.usd == 7
    assert (found["days"][0]["cost_usd"], found["days"][-1]["cost_usd"]) == (4, 3)


async def test_a_report_that_is_there_is_given_out_as_it_is_and_the_timer_writes_it_anew(
    ledger: SqliteLedger, files: FolderFiles
) -> None:
    service = reports(ledger, files, MIDNIGHT)
    before = await service.read(ANA, Span.DAILY, Format.CSV)
    await spend(ledger, "settled late", MIDNIGHT - timedelta(hours=1), 3)
    assert await service.read(ANA, Span.DAILY, Format.CSV) == before
    await service.write_all()
    assert b"chat,1," in await service.read(ANA, Span.DAILY, Format.CSV)


async def test_a_clock_set_back_gives_the_reports_of_its_days_and_counts_nothing_twice(
    ledger: SqliteLedger, files: FolderFiles
) -> None:
    await spend(ledger, "a", datetime(2026, 11, 29, 12, tzinfo=UTC), 1)
    await spend(ledger, "b", datetime(2026, 11, 30, 12, tzinfo=UTC), 2)
    sums = []
    for now in (MIDNIGHT, MIDNIGHT - timedelta(days=1), MIDNIGHT):
        await reports(ledger, files, now).write_all()
        found = json.loads(await reports(ledger, files, now).read(ANA, Span.MONTHLY, Format.JSON))
        sums.append((found["last"], found["total"]["cost_usd"], found["total"]["calls"]))
    assert sums == [("2026-11-30", 3, 2), ("2026-11-29", 1, 1), ("2026-11-30", 3, 2)]


async def test_usage_says_what_is_spent_of_which_cap_and_where_there_is_none(ledger: SqliteLedger) -> None:
    await spend(ledger, "a", MIDNIGHT, 2)
    usage = UsageService(ledger, Caps(user_monthly=20), "acme", lambda: MIDNIGHT)
    own = await usage.own(ANA)
    assert [(each.started, each.spent.usd) for each in own] == [("2026-12-01", 2), ("2026-12", 2)]
    assert [each.budget.cap for each in own] == [UNCAPPED, Money.of_usd(20)]
    shared = await usage.shared(Principal("acme", "bo"))
    assert [(each.budget.account, each.spent.usd) for each in shared] == [
        ("tenant:acme", 2), ("tenant:acme", 2), (GLOBAL, 2), (GLOBAL, 2),
    ]  # fmt: skip
    assert shared[2].budget.cap == Money.of_usd(50)
    assert [each.spent.usd for each in await usage.own(Principal("acme", "bo"))] == [0, 0]


async def test_another_tenant_sees_no_report_and_not_what_everybody_spent(
    ledger: SqliteLedger, files: FolderFiles
) -> None:
    stranger = Principal("other", "ana", role=Role.ADMIN)
    with pytest.raises(AccessDenied):
        await reports(ledger, files, MIDNIGHT).read(stranger, Span.DAILY, Format.JSON)
    await spend(ledger, "a", MIDNIGHT, 2)
    shared = await UsageService(ledger, Caps(), "acme", lambda: MIDNIGHT).shared(stranger)
    assert [(each.budget.account, each.spent.usd) for each in shared] == [("tenant:other", 0), ("tenant:other", 0)]
