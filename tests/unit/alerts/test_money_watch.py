"""When an alert is sent: once per threshold and period, also after a restart."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.local.files import FolderFiles
from infra.local.ledger import SqliteLedger
from infra.local.sqlite import Database
from shared.domain.access import INGESTION
from shared.domain.alerts import Alert
from shared.domain.errors import Unavailable
from shared.domain.money import Budget, Money, Period, Reservation, TokenUsage
from shared.domain.roles import LIMITS, Role
from shared.money.accounts import GLOBAL
from shared.money.caps import Caps
from shared.services.money_watch import MoneyWatch


class Channel:
    """Keeps what it is sent; refuses while `away`."""

    def __init__(self) -> None:
        self.sent: list[Alert] = []
        self.away = False

    async def send(self, alert: Alert) -> None:
        if self.away:
            raise Unavailable("away")
        self.sent.append(alert)

    @property
    def said(self) -> list[tuple[str, str, int]]:
        return [(each.status.budget.account, each.status.started, each.threshold) for each in self.sent]


def of_people(house: "House") -> list[tuple[str, str, int]]:
    """What was said of people's accounts."""
    return [each for each in house.channel.said if each[0].startswith("user:")]


@dataclass
class House:
    """A ledger and its watch; `spend` pays whole dollars at the present moment."""

    folder: Path
    caps: Caps = field(default_factory=Caps)
    cap: float = 100
    channel: Channel = field(default_factory=Channel)
    now: datetime = datetime(2026, 11, 30, 12, tzinfo=UTC)
    calls: int = 0
    roles: dict[str, Role] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.database, self.files = Database(self.folder / "ledger.sqlite"), FolderFiles(self.folder / "files")
        budget = Budget(GLOBAL, Period.DAILY, Money.of_usd(self.cap))
        self.ledger = SqliteLedger(self.database, [budget])

    def watch(self) -> MoneyWatch:
        return MoneyWatch(self.ledger, self.caps, self.files, self.channel, lambda: self.now, self.role_of)

    async def role_of(self, tenant: str, user: str) -> Role | None:
        return self.roles.get(user) if tenant == "acme" else None

    async def spend(self, usd: float, user: str = "ana") -> None:
        self.calls += 1
        moment = self.now.timestamp()
        held = Reservation(str(self.calls), "acme", user, "chat:m", Money(), moment + 60)
        await self.ledger.reserve(held, moment)
        await self.ledger.settle(held.id, Money.of_usd(usd), TokenUsage(), moment)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.database.close()
    house.files.close()


async def test_each_threshold_is_sent_once_when_it_is_reached(house: House) -> None:
    for usd in (49.99, 0.01, 29.99, 0.01, 19.99, 0.01, 50):
        await house.spend(usd)
        for _ in range(2):
            await house.watch().check()
    assert [each[2] for each in house.channel.said] == [50, 80, 100]


async def test_a_budget_that_jumps_is_told_of_its_highest_threshold_alone(house: House) -> None:
    await house.spend(85)
    assert await house.watch().check() == [
        "daily budget of global has reached 80 % in 2026-11-30: 85.000000 of 100.00 USD"
    ]
    assert [each[2] for each in house.channel.said] == [80]


async def test_a_new_period_is_told_of_again_and_a_clock_set_back_is_not(house: House) -> None:
    await house.spend(60)
    await house.watch().check()
    house.now += timedelta(days=1)
    await house.spend(60)
    await house.watch().check()
    house.now -= timedelta(days=1)
    await house.watch().check()
    assert house.channel.said == [(GLOBAL, "2026-11-30", 50), (GLOBAL, "2026-12-01", 50)]


async def test_an_alert_that_nobody_took_waits_for_the_next_check(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    await house.spend(60)
    house.channel.away = True
    assert len(await house.watch().check()) == 1
    assert "waits for the next check" in caplog.text
    house.channel.away = False
    await house.watch().check()
    assert [each[2] for each in house.channel.said] == [50]


async def test_a_user_and_a_tenant_are_watched_as_well_where_they_have_caps(house: House) -> None:
    house.caps = Caps(user_daily=10, tenant_monthly=20)
    await house.spend(8, "ana")
    await house.spend(4, "bo")
    await house.watch().check()
    assert house.channel.said == [("user:acme/ana", "2026-11-30", 80), ("tenant:acme", "2026-11", 50)]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.USER, Role.GUEST])
async def test_a_person_is_watched_by_the_month_of_their_role(house: House, role: Role) -> None:
    house.caps, house.roles = Caps(by_role=True), {"ana": role}
    cent = 0.01
    whole = LIMITS[role].monthly_usd
    for spent in (whole / 2 - cent, cent, whole * 0.3 - cent, cent, whole * 0.2 - cent, cent, whole):
        await house.spend(spent)
        for _ in range(2):
            await house.watch().check()
    assert of_people(house) == [("user:acme/ana", "2026-11", threshold) for threshold in (50, 80, 100)]
    house.now += timedelta(days=1)
    await house.spend(whole)
    await house.watch().check()
    assert of_people(house)[3:] == [("user:acme/ana", "2026-12", 100)]


async def test_the_lower_of_the_caps_of_role_and_settings_is_watched(house: House) -> None:
    house.caps, house.roles = Caps(user_monthly=20, by_role=True), {"ana": Role.USER, "bo": Role.GUEST}
    await house.spend(10, "ana")
    await house.spend(5, "bo")
    await house.watch().check()
    assert of_people(house) == [("user:acme/ana", "2026-11", 50), ("user:acme/bo", "2026-11", 50)]


async def test_whose_role_nobody_knows_is_watched_by_the_settings_alone(house: House) -> None:
    house.caps = Caps(by_role=True)
    await house.spend(20, "gone")
    await house.spend(20, INGESTION)
    await house.watch().check()
    house.caps = Caps(user_monthly=20, by_role=True)
    assert of_people(house) == []
    await house.watch().check()
    assert of_people(house) == [("user:acme/gone", "2026-11", 100)]


async def test_without_a_webhook_the_log_alone_is_told(house: House) -> None:
    await house.spend(100)
    watch = MoneyWatch(house.ledger, house.caps, house.files, None, lambda: house.now, house.role_of)
    assert len(await watch.check()) == len(await watch.check()) == 1


async def test_a_budget_of_nothing_is_gone_from_the_start(tmp_path: Path) -> None:
    house = House(tmp_path / "poor", cap=0)
    await house.watch().check()
    assert [each[2] for each in house.channel.said] == [100]
    house.database.close()
    house.files.close()
