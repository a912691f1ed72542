"""How many requests a day a role may make."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from infra.local.sqlite import Database
from infra.local.tally import SqliteTally
from shared.domain.access import Principal
from shared.domain.errors import QuotaExceeded
from shared.domain.roles import Role
from shared.services.request_quota import RequestQuota

GUEST = Principal("heron", "ada")
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


class Day:
    """A quota whose clock stands where a test puts it."""

    def __init__(self, folder: Path) -> None:
        self.database, self.now = Database(folder / "tally.sqlite"), NOON
        self.quota = RequestQuota(SqliteTally(self.database), lambda: self.now)

    async def made(self, principal: Principal, at: datetime, most: int) -> int:
        """Make requests until one is refused, at most so many, and return how many were not."""
        self.now = at
        for number in range(most):
            try:
                await self.quota.take(principal)
            except QuotaExceeded as error:
                self.refused = error
                return number
        return most


@pytest.fixture
def day(tmp_path: Path) -> Day:
    return Day(tmp_path)


async def test_a_guest_makes_a_hundred_requests_and_is_told_when_the_next_day_begins(day: Day) -> None:
    assert await day.made(GUEST, NOON, 101) == 100
    assert day.refused.details == {"limit": 100, "resets_at": "2026-11-27T00:00:00Z", "retry_after": 43_200}
    assert not day.refused.retryable


async def test_everybody_counts_for_themselves(day: Day) -> None:
    await day.made(GUEST, NOON, 100)
    assert await day.made(Principal("stork", "ada"), NOON, 1) == 1
    assert await day.made(Principal("heron", "ben"), NOON, 1) == 1


async def test_a_higher_role_goes_on_with_what_was_counted(day: Day) -> None:
    await day.made(GUEST, NOON, 100)
    assert await day.made(Principal("heron", "ada", role=Role.USER), NOON, 901) == 900


async def test_what_works_in_the_background_makes_no_requests(day: Day) -> None:
    assert await day.made(Principal("heron", "ingestion", role=Role.BACKGROUND), NOON, 1) == 0


@pytest.mark.parametrize(
    ("last", "resets_at"),
    [
        (datetime(2028, 2, 28, 23, 59, 59, 999_999, UTC), "2028-02-29T00:00:00Z"),
        (datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC), "2028-03-01T00:00:00Z"),
        (datetime(2027, 2, 28, 23, 59, 59, tzinfo=UTC), "2027-03-01T00:00:00Z"),
        (datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC), "2027-01-01T00:00:00Z"),
        (datetime(2027, 1, 1, 7, 59, 59, tzinfo=timezone(timedelta(hours=8))), "2027-01-01T00:00:00Z"),
    ],
)
async def test_a_day_ends_at_midnight_utc(day: Day, last: datetime, resets_at: str) -> None:
    await day.made(GUEST, last, 100)
    assert await day.made(GUEST, last, 1) == 0
    assert (day.refused.details["resets_at"], day.refused.details["retry_after"]) == (resets_at, 1)
    assert await day.made(GUEST, last + timedelta(seconds=1), 101) == 100


async def test_a_clock_set_back_gives_nobody_a_day_twice(day: Day) -> None:
    await day.made(GUEST, NOON, 100)
    assert await day.made(GUEST, NOON + timedelta(days=1), 1) == 1
    assert await day.made(GUEST, NOON, 1) == 0
    assert await day.made(GUEST, NOON + timedelta(days=1), 100) == 99
