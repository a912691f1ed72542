"""The contract of the port Tally."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from infra.azure.cosmos.tally import CosmosTally
from infra.local.sqlite import Database
from infra.local.tally import SqliteTally
from shared.domain.errors import StoreUnavailable
from shared.domain.tally import REQUESTS, TOKENS, USES, Share, Stretch
from shared.ports.tally import Tally
from tests.contract.odd_names import ODD_NAMES
from tests.contract.state_grounds import GROUNDS, cosmos
from tests.fakes.cosmos.server import CosmosServer

NOW = 1_795_000_000.0
MINUTE = Stretch("model:小 / large", "2026-11-26T05:22", 120)

Open = Callable[[], Tally]


@pytest.fixture(params=GROUNDS)
async def another(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Open]:
    """Open the tally once more, as another instance does."""
    if request.param == "azure":
        async with cosmos(request.getfixturevalue("cosmos_server")) as connection:
            yield lambda: CosmosTally(connection)
        return
    databases: list[Database] = []

    def opened() -> Tally:
        databases.append(Database(tmp_path / "tally.sqlite"))
        return SqliteTally(databases[-1])

    yield opened
    for each in databases:
        each.close()


@pytest.fixture
def tally(another: Open) -> Tally:
    return another()


async def test_what_fits_is_counted_and_what_does_not_is_not(tally: Tally) -> None:
    assert await tally.take(MINUTE, (Share(TOKENS, 60, 100),), NOW)
    assert not await tally.take(MINUTE, (Share(TOKENS, 41, 100),), NOW)
    assert await tally.take(MINUTE, (Share(TOKENS, 40, 100),), NOW)
    assert not await tally.take(MINUTE, (Share(TOKENS, 1, 100),), NOW)


async def test_several_shares_are_counted_all_or_none(tally: Tally) -> None:
    assert await tally.take(MINUTE, (Share(REQUESTS, 1, 2), Share(TOKENS, 60, 100)), NOW)
    assert not await tally.take(MINUTE, (Share(REQUESTS, 1, 2), Share(TOKENS, 41, 100)), NOW)
    assert await tally.take(MINUTE, (Share(REQUESTS, 1, 2), Share(TOKENS, 40, 100)), NOW)
    assert not await tally.take(MINUTE, (Share(REQUESTS, 1, 2), Share(TOKENS, 0, 100)), NOW)


@pytest.mark.parametrize(("amount", "most", "fits"), [(1, 0, False), (0, 0, True), (1, 1, True), (2, 1, False)])
async def test_the_first_count_has_the_same_bounds(tally: Tally, amount: int, most: int, fits: bool) -> None:
    assert await tally.take(MINUTE, (Share(USES, amount, most),), NOW) is fits


async def test_a_bound_may_change_between_two_counts(tally: Tally) -> None:
    assert await tally.take(MINUTE, (Share(USES, 1, 1),), NOW)
    assert await tally.take(MINUTE, (Share(USES, 1, 2),), NOW)
    assert not await tally.take(MINUTE, (Share(USES, 1, 1),), NOW)


@pytest.mark.parametrize("other", [replace(MINUTE, name="2026-11-26T05:23"), replace(MINUTE, account="model:小")])
async def test_each_stretch_of_each_account_counts_by_itself(tally: Tally, other: Stretch) -> None:
    assert await tally.take(MINUTE, (Share(USES, 1, 1),), NOW)
    assert await tally.take(other, (Share(USES, 1, 1),), NOW)


@pytest.mark.parametrize("later", [-86_400.0, 0.0, 120.0])
async def test_a_stretch_is_remembered_for_its_time_also_where_a_clock_is_set_back(tally: Tally, later: float) -> None:
    assert await tally.take(MINUTE, (Share(USES, 1, 1),), NOW)
    assert await tally.take(replace(MINUTE, name="another"), (Share(USES, 1, 1),), NOW + later)
    assert not await tally.take(MINUTE, (Share(USES, 1, 1),), NOW + later)


async def test_instances_together_never_pass_a_bound(another: Open) -> None:
    instances = [another(), another()]
    taken = await asyncio.gather(*(instances[n % 2].take(MINUTE, (Share(USES, 3, 100),), NOW) for n in range(50)))
    assert sum(taken) == 33


async def test_a_count_is_one_request_and_the_first_of_a_stretch_two(cosmos_server: CosmosServer) -> None:
    async with cosmos(cosmos_server) as connection:
        tally, seen = CosmosTally(connection), len(cosmos_server.seen)
        for expected in (True, True, False):
            assert await tally.take(MINUTE, (Share(USES, 1, 2),), NOW) is expected
        assert [each.operation for each in cosmos_server.seen[seen:]] == ["patch", "create", "patch", "patch"]
        assert not await tally.take(MINUTE, (Share(USES, 3, 2),), NOW)
        assert len(cosmos_server.seen) == seen + 4


async def test_what_cannot_be_counted_is_not_let_through(tmp_path: Path) -> None:
    database = Database(tmp_path / "tally.sqlite")
    tally = SqliteTally(database)
    with database.transaction() as writer:
        writer.execute("DROP TABLE tally")
    with pytest.raises(StoreUnavailable):
        await tally.take(MINUTE, (Share(USES, 1, 1),), NOW)
    database.close()


async def test_the_file_forgets_what_is_over(tmp_path: Path) -> None:
    database = Database(tmp_path / "tally.sqlite")
    tally = SqliteTally(database)
    for second in range(200):
        await tally.take(Stretch("nonces", str(second), 10), (Share(USES, 1, 1),), NOW + second)
    assert len(await database.read("SELECT * FROM tally", ())) == 11
    database.close()


@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
async def test_a_stretch_with_any_name_counts_by_itself(tally: Tally, name: str) -> None:
    for stretch in (replace(MINUTE, account=name), replace(MINUTE, name=name), Stretch(name, name, 120)):
        assert await tally.take(stretch, (Share(USES, 1, 1),), NOW)
        assert not await tally.take(stretch, (Share(USES, 1, 1),), NOW)
