"""The budget ledger in SQLite: one transaction per booking, so that neither tasks nor processes overspend."""

import sqlite3
from collections.abc import Iterable, Sequence

from infra.local.sqlite import Database
from shared.domain.conversations import Owner
from shared.domain.errors import NotFound
from shared.domain.money import Budget, BudgetStatus, Money, Period, Reservation, SettledCall, TokenUsage
from shared.money.accounts import ERASED, accounts_of, user_account
from shared.money.amounts import check_amount, exceeded
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
DROP INDEX IF EXISTS calls_by_time;
CREATE INDEX IF NOT EXISTS calls_by_reservation ON calls (reserved_at);
"""

BOOK = """INSERT INTO counters (account, period, started, spent, reserved) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET spent = spent + excluded.spent, reserved = reserved + excluded.reserved"""
CLOSE = """UPDATE calls SET state = ?, cost = ?, settled_at = ?, input = ?, output = ?, cached = ?, reasoning = ?
    WHERE id = ?"""

SETTLED = """SELECT * FROM calls WHERE reserved_at >= ? AND reserved_at < ? AND state IN ('settled', 'swept')
    ORDER BY reserved_at, id"""
OF_USER = """SELECT * FROM calls WHERE tenant = ? AND user = ? AND state IN ('settled', 'swept')
    ORDER BY reserved_at, id"""
LET_GO = "UPDATE calls SET user = ? WHERE tenant = ? AND user = ? AND state <> 'open'"
FORGET = """DELETE FROM counters WHERE account = ?
    AND NOT EXISTS (SELECT 1 FROM calls WHERE tenant = ? AND user = ? AND state = 'open')"""


class SqliteLedger:
    """Port Ledger over one SQLite file that several processes may share.

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

    async def budgets(self, now: float, others: Sequence[Budget] = ()) -> Sequence[BudgetStatus]:
        """Return how each budget stands; see the port."""
        return await self._database.run(lambda: self._statuses((*self._budgets, *others), now))

    async def settled(self, since: float, until: float) -> Sequence[SettledCall]:
        """Return what was paid in a span; see the port."""
        return await self._database.run(lambda: self._settled(since, until))

    async def calls_of(self, owner: Owner) -> Sequence[SettledCall]:
        """Return what somebody paid; see the port."""
        return [settled_call(row) for row in await self._database.read(OF_USER, (owner.tenant, owner.user))]

    async def erase(self, owner: Owner) -> None:
        """Forget who somebody was; see the port."""
        whose = (owner.tenant, owner.user)

        def erase() -> None:
            with self._database.transaction() as writer:
                writer.execute(LET_GO, (ERASED, *whose))
                writer.execute(FORGET, (user_account(*whose), *whose))

        await self._database.run(erase)

    def _reserve(self, reservation: Reservation, now: float) -> None:
        with self._database.transaction() as writer:
            if find(writer, reservation.id):
                return
            accounts = accounts_of(reservation.tenant, reservation.user)
            touched = (each for each in (*self._budgets, *reservation.caps) if each.account in accounts)
            for status in statuses(writer, touched, now):
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

    def _statuses(self, budgets: Sequence[Budget], now: float) -> list[BudgetStatus]:
        with self._database.snapshot() as reader:
            return list(statuses(reader, budgets, now))

    def _settled(self, since: float, until: float) -> list[SettledCall]:
        with self._database.snapshot() as reader:
            return [settled_call(row) for row in reader.execute(SETTLED, (since, until))]


def settled_call(row: sqlite3.Row) -> SettledCall:
    """Read a call that was paid."""
    return SettledCall(
        row["tenant"],
        row["user"],
        row["purpose"].partition(":")[0],
        row["model"],
        row["reserved_at"],
        Money(row["cost"]),
        TokenUsage(row["input"], row["output"], row["cached"], row["reasoning"]),
    )


def check_room(status: BudgetStatus, amount: Money) -> None:
    """Raise BudgetExceeded where the amount does not fit; nothing fits into every budget, even one below zero."""
    if amount.nano_usd == 0 or status.spent + status.reserved + amount <= status.budget.cap:
        return
    raise exceeded(status)


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
