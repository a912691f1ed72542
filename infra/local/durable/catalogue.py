"""Reading and purging runs: what a caller may ask about them, off the path of the executions."""

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from infra.local.durable.calls import Call
from infra.local.durable.events import Event
from infra.local.durable.execution import Beginning
from infra.local.durable.records import ALIVE, forget, read_calls, read_events
from infra.local.durable.runs import Run, RunStatus
from shared.domain.errors import NotFound

EARLIEST = datetime.fromtimestamp(0, UTC)
LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class RunFilter:
    """Which runs to list: by status, by creation time (UTC, ends included), by the start of the id; newest first."""

    statuses: Collection[RunStatus] = tuple(RunStatus)
    created_from: datetime = EARLIEST
    created_to: datetime = LATEST
    id_prefix: str = ""
    limit: int = 1000


@dataclass(frozen=True)
class Unfinished:
    """A run that has to go on after a restart, with all that is committed about it."""

    beginning: Beginning
    calls: tuple[Call, ...]
    history: tuple[Event, ...]


def read_run(connection: sqlite3.Connection, run_id: str) -> Run:
    """One run. Raises NotFound."""
    row = connection.execute("SELECT * FROM runs WHERE id = ?", (run_id,)).fetchone()
    if row is None:
        raise NotFound(f"there is no run '{run_id}'", run_id=run_id)
    return run_of(row)


def read_runs(connection: sqlite3.Connection, wanted: RunFilter) -> list[Run]:
    """The runs that pass the filter."""
    return [run_of(row) for row in select(connection, wanted)]


def read_unfinished(connection: sqlite3.Connection) -> list[Unfinished]:
    """All that has to go on, oldest first."""
    rows = connection.execute(f"SELECT * FROM runs WHERE {ALIVE} ORDER BY created").fetchall()
    return [unfinished_of(connection, row) for row in rows]


def purge(connection: sqlite3.Connection, wanted: RunFilter) -> int:
    """Delete the finished runs that pass the filter; returns how many."""
    rows = [row for row in select(connection, wanted) if RunStatus(row["status"]).is_finished]
    for row in rows:
        forget(connection, row["id"], row["execution"])
    return len(rows)


def purge_one(connection: sqlite3.Connection, run_id: str) -> int:
    """Delete a run if it is finished; returns how many that was."""
    row = connection.execute(f"SELECT execution FROM runs WHERE NOT {ALIVE} AND id = ?", (run_id,)).fetchone()
    if row:
        forget(connection, run_id, row["execution"])
    return 1 if row else 0


def purge_before(connection: sqlite3.Connection, moment: float) -> int:
    """Delete the runs that finished before a moment in seconds since the epoch; returns how many."""
    rows = connection.execute(f"SELECT id, execution FROM runs WHERE NOT {ALIVE} AND updated < ?", (moment,)).fetchall()
    for row in rows:
        forget(connection, row["id"], row["execution"])
    return len(rows)


def select(connection: sqlite3.Connection, wanted: RunFilter) -> list[sqlite3.Row]:
    """The rows that pass the filter."""
    created = (wanted.created_from.timestamp(), wanted.created_to.timestamp())
    marks = ", ".join("?" * len(wanted.statuses))
    return connection.execute(
        f"SELECT * FROM runs WHERE status IN ({marks}) AND created BETWEEN ? AND ?"
        " AND substr(id, 1, length(?)) = ? ORDER BY created DESC, rowid DESC LIMIT ?",
        [*wanted.statuses, *created, wanted.id_prefix, wanted.id_prefix, wanted.limit],
    ).fetchall()


def run_of(row: sqlite3.Row) -> Run:
    """A row as the caller sees it."""
    return Run(
        id=row["id"],
        name=row["name"],
        status=RunStatus(row["status"]),
        input=json.loads(row["input"]),
        output=json.loads(row["output"]),
        custom_status=json.loads(row["custom_status"]),
        created=datetime.fromtimestamp(row["created"], UTC),
        updated=datetime.fromtimestamp(row["updated"], UTC),
    )


def unfinished_of(connection: sqlite3.Connection, row: sqlite3.Row) -> Unfinished:
    """A row with its calls and history."""
    beginning = Beginning(row["execution"], row["id"], row["name"], row["input"], row["begun"])
    calls = read_calls(connection, row["execution"])
    return Unfinished(beginning, tuple(calls), tuple(read_events(connection, row["execution"])))
