"""The budget ledger in SQLite: one transaction per booking, so that neither tasks nor processes overspend."""

import sqlite3
from collections.abc import Iterable, Sequence

from infra.local.sqlite import Database
from shared.domain.errors import BudgetExceeded, NotFound
from shared.domain.money import Budget, BudgetStatus, Money, Period, Reservation, TokenUsage
from shared.money.accounts import accounts_of
from shared.money.periods import period_start

# `counters` holds every account of every call, so that a budget added later knows what was spent before it.
# `calls` has a row per call for the reports: `model` follows the colon of `purpose`, amounts are Money.nano_usd.
SCHEMA = """
CREATE TABLE IF NOT EXISTS counters (
    account TEXT NOT NULL, period TEXT NOT NULL, started TEXT NOT NULL,
    spent INTEGER NOT NULL DEFAULT 0, reserved INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (account, period, started)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS calls (
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL, user TEXT NOT NULL, purpose TEXT NOT NULL, model TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'settled', 'swept', 'released')),
    amount INTEGER NOT NULL, reserved_at REAL NOT NULL, expires_at REAL NOT NULL,
    cost INTEGER NOT NULL DEFAULT 0, settled_at REAL,
    input INTEGER NOT NULL DEFAULT 0, output INTEGER NOT NULL DEFAULT 0,
    cached INTEGER NOT NULL DEFAULT 0, reasoning INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS open_calls ON calls (expires_at) WHERE state = 'open';
CREATE INDEX IF NOT EXISTS calls_by_time ON calls (settled_at);
"""

BOOK = """INSERT INTO counters (account, period, started, spent, reserved) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET spent = spent + excluded.spent, reserved = reserved + excluded.reserved"""
CLOSE = """UPDATE calls SET state = ?, cost = ?, settled_at = ?, input = ?, output = ?, cached = ?, reasoning = ?
    WHERE id = ?"""

MOST_NANO_USD = 10**18
"""A billion dollars: no amount above it is meant, and sums of those below it stay within SQLite's integers."""


class SqliteLedger:
    """Port BudgetLedger over one SQLite file that several processes may share.

    A reservation that was swept and is settled afterwards is corrected to its real cost; one that was released holds
    nothing any more, so settling it raises NotFound. A reservation of nothing fits into every budget.
    """

    def __init__(self, database: Database, budgets: Sequence[Budget]) -> None:
        """Create the tables where they are missing. Raises StoreUnavailable."""
        self._database = database
        self._budgets = tuple(budgets)
        database.create(SCHEMA)

    async def reserve(self, reservation: Reservation, now: float) -> None:
        """Hold the amount; see the port. Raises ValueError for an amount below 0 or beyond a billion dollars."""
        check_amount(reservation.amount)
        await self._database.run(lambda: self._reserve(reservation, now))

    async def settle(self, reservation_id: str, cost: Money, usage: TokenUsage, now: float) -> None:
        """Book the real cost; see the port. Raises ValueError for a cost below 0 or beyond a billion dollars."""
        check_amount(cost)
        await self._database.run(lambda: self._settle(reservation_id, cost, usage, now))

    async def release(self, reservation_id: str) -> None:
        """Free the amount; see the port."""
        await self._database.run(lambda: self._release(reservation_id))

    async def sweep(self, now: float) -> int:
        """Settle what has expired at `now`; see the port."""
        return await self._database.run(lambda: self._sweep(now))

    async def budgets(self, now: float) -> Sequence[BudgetStatus]:
        """Return how each budget stands; see the port."""
        return await self._database.run(lambda: self._statuses(now))

    def _reserve(self, reservation: Reservation, now: float) -> None:
        with self._database.transaction() as writer:
            if find(writer, reservation.id):
                return
            accounts = accounts_of(reservation.tenant, reservation.user)
            for status in statuses(writer, (each for each in self._budgets if each.account in accounts), now):
                check_room(status, reservation.amount)
            row = (reservation.id, reservation.tenant, reservation.user, reservation.purpose)
            model = reservation.purpose.partition(":")[2]
            writer.execute(
                "INSERT INTO calls (id, tenant, user, purpose, model, state, amount, reserved_at, expires_at)"
                " VALUES (?, ?, ?, ?, ?, 'open', ?, ?, ?)",
                (*row, model, reservation.amount.nano_usd, now, reservation.expires_at),
            )
            book(writer, accounts, now, spent=0, reserved=reservation.amount.nano_usd)

    def _settle(self, reservation_id: str, cost: Money, usage: TokenUsage, now: float) -> None:
        with self._database.transaction() as writer:
            call = find(writer, reservation_id)
            if call is None or call["state"] == "released":
                raise NotFound("there is no such reservation to settle", reservation_id=reservation_id)
            if call["state"] != "settled":
                close(writer, call, "settled", cost.nano_usd, usage, now)

    def _release(self, reservation_id: str) -> None:
        with self._database.transaction() as writer:
            call = find(writer, reservation_id)
            if call is not None and call["state"] == "open":
                close(writer, call, "released", 0, TokenUsage(), None)

    def _sweep(self, now: float) -> int:
        with self._database.transaction() as writer:
            expired = writer.execute("SELECT * FROM calls WHERE state = 'open' AND expires_at <= ?", (now,)).fetchall()
            for call in expired:
                close(writer, call, "swept", call["amount"], TokenUsage(), now)
            return len(expired)

    def _statuses(self, now: float) -> list[BudgetStatus]:
        with self._database.snapshot() as reader:
            return list(statuses(reader, self._budgets, now))


def check_amount(amount: Money) -> None:
    """Raise ValueError for an amount that would free money or that nobody means."""
    if not 0 <= amount.nano_usd <= MOST_NANO_USD:
        raise ValueError(f"an amount to book lies between 0 and a billion dollars, not {amount}")


def check_room(status: BudgetStatus, amount: Money) -> None:
    """Raise BudgetExceeded where the amount does not fit; nothing fits into every budget, even one below zero."""
    budget = status.budget
    if amount.nano_usd == 0 or status.spent + status.reserved + amount <= budget.cap:
        return
    raise BudgetExceeded(
        f"the {budget.period} budget of {budget.account} is used up",
        account=budget.account,
        period=str(budget.period),
        cap_usd=budget.cap.usd,
        spent_usd=status.spent.usd,
        reserved_usd=status.reserved.usd,
    )


def find(connection: sqlite3.Connection, reservation_id: str) -> sqlite3.Row | None:
    """Return the row of a call, in whatever state it is."""
    row: sqlite3.Row | None = connection.execute("SELECT * FROM calls WHERE id = ?", (reservation_id,)).fetchone()
    return row


def statuses(connection: sqlite3.Connection, budgets: Iterable[Budget], now: float) -> Iterable[BudgetStatus]:
    """Yield how budgets stand in the period of `now`; a period without a counter has spent nothing."""
    for budget in budgets:
        started = period_start(now, budget.period)
        row = connection.execute(
            "SELECT spent, reserved FROM counters WHERE account = ? AND period = ? AND started = ?",
            (budget.account, str(budget.period), started),
        ).fetchone()
        spent, reserved = row or (0, 0)
        yield BudgetStatus(budget, started, Money(spent), Money(reserved))


def close(
    writer: sqlite3.Connection, call: sqlite3.Row, state: str, cost: int, usage: TokenUsage, at: float | None
) -> None:
    """End a call in the periods of its reservation: free what it holds and book the cost it has in the end."""
    held = call["amount"] if call["state"] == "open" else 0
    accounts = accounts_of(call["tenant"], call["user"])
    book(writer, accounts, call["reserved_at"], spent=cost - call["cost"], reserved=-held)
    writer.execute(CLOSE, (state, cost, at, usage.input, usage.output, usage.cached, usage.reasoning, call["id"]))


def book(writer: sqlite3.Connection, accounts: Iterable[str], moment: float, spent: int, reserved: int) -> None:
    """Move the counters of every account and period that a moment falls into."""
    rows = [(account, str(each), period_start(moment, each)) for account in accounts for each in Period]
    writer.executemany(BOOK, [(*row, spent, reserved) for row in rows])
