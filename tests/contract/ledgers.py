"""The grounds of the ledger, and what the tests of its contract share."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from infra.azure.cosmos.connection import CosmosConnection
from infra.azure.cosmos.containers import CALLS
from infra.azure.cosmos.exact_money import amount_of
from infra.azure.cosmos.ledger import CosmosLedger
from infra.azure.cosmos.names import item_name
from infra.azure.cosmos.table import Table
from infra.local.ledger import SqliteLedger
from infra.local.sqlite import Database
from shared.domain.money import Budget, Money, Period, Reservation, TokenUsage
from shared.money.accounts import GLOBAL
from shared.ports.ledger import BudgetLedger, Ledger
from tests.fakes.cosmos.signature import KEY

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp()
USAGE = TokenUsage(input=100, output=20, cached=10, reasoning=5)
LATER = 600.0

Place = tuple[str, str, str]
"""What another process needs to open the same ledger: the ground, and where it is."""


class LedgerGround(Protocol):
    """Ledgers over one state."""

    place: Place

    def ledger(self, budgets: Sequence[Budget]) -> Ledger:
        """Open the ledger, as another process or a restart would."""
        ...

    async def call(self, reservation_id: str) -> dict[str, Any]:
        """Return what the reports will read of a call, amounts in billionths of a dollar."""
        ...


class SqliteLedgers:
    """The ledger in a file."""

    def __init__(self, path: Path) -> None:
        self.place, self.database = ("sqlite", str(path), ""), Database(path)

    def ledger(self, budgets: Sequence[Budget]) -> Ledger:
        return SqliteLedger(self.database, budgets)

    async def call(self, reservation_id: str) -> dict[str, Any]:
        with self.database.snapshot() as reader:
            return dict(reader.execute("SELECT * FROM calls WHERE id = ?", (reservation_id,)).fetchone())


class CosmosLedgers:
    """The ledger in Cosmos DB."""

    def __init__(self, connection: CosmosConnection) -> None:
        self.place, self.connection = ("azure", connection.endpoint, connection.database), connection

    def ledger(self, budgets: Sequence[Budget]) -> Ledger:
        return CosmosLedger(self.connection, budgets)

    async def call(self, reservation_id: str) -> dict[str, Any]:
        name = item_name(reservation_id)
        item = await Table(self.connection, CALLS).read(name, name)
        assert item is not None
        amounts = {each: amount_of(item, each).nano_usd for each in ("amount", "cost")}
        split = {f"{each}_{part}" for each in amounts for part in ("usd", "nano")}
        return {key: value for key, value in item.items() if key not in split and not key.startswith("_")} | amounts


@asynccontextmanager
async def opened(place: Place) -> AsyncIterator[LedgerGround]:
    """Open a ledger where it is, in this or in another process."""
    kind, where, database = place
    if kind == "sqlite":
        ledgers = SqliteLedgers(Path(where))
        yield ledgers
        ledgers.database.close()
    else:
        connection = CosmosConnection(where, KEY, database)
        yield CosmosLedgers(connection)
        await connection.close()


def daily(cap: int, account: str = GLOBAL) -> Budget:
    return Budget(account, Period.DAILY, Money(cap))


def monthly(cap: int, account: str = GLOBAL) -> Budget:
    return Budget(account, Period.MONTHLY, Money(cap))


def reservation(
    name: str, amount: int, expires_at: float = NOON + LATER, user: str = "ana", caps: tuple[Budget, ...] = ()
) -> Reservation:
    return Reservation(name, "acme", user, "chat:gpt-5-mini", Money(amount), expires_at, caps)


async def standing(ledger: BudgetLedger, now: float = NOON) -> list[tuple[int, int]]:
    return [(each.spent.nano_usd, each.reserved.nano_usd) for each in await ledger.budgets(now)]
