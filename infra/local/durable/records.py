"""The tables of the runner: every function is one step inside a transaction that the journal opened."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from infra.local.durable.calls import Call, CallKind
from infra.local.durable.events import Event, EventKind
from infra.local.durable.execution import Beginning, Completed, Ending, Renewed
from infra.local.durable.runs import UNFINISHED, RunStatus
from infra.local.durable.tasks import CallTask
from shared.domain.errors import Conflict, NotFound

# An execution is one history of a run: a fresh start, or continuing as new, begins another under the same run id.
SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY, execution TEXT NOT NULL UNIQUE, name TEXT NOT NULL, status TEXT NOT NULL,
    input TEXT NOT NULL, output TEXT NOT NULL DEFAULT 'null', custom_status TEXT NOT NULL DEFAULT 'null',
    created REAL NOT NULL, updated REAL NOT NULL, begun REAL NOT NULL, parent_execution TEXT, parent_number INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS runs_by_status ON runs (status, updated);
CREATE TABLE IF NOT EXISTS calls (
    execution TEXT NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
    input TEXT NOT NULL, due REAL, child_id TEXT, PRIMARY KEY (execution, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY AUTOINCREMENT, execution TEXT NOT NULL, kind TEXT NOT NULL, number INTEGER,
    name TEXT NOT NULL, value TEXT NOT NULL, at REAL NOT NULL
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS one_answer_per_call ON events (execution, number) WHERE number IS NOT NULL;
CREATE INDEX IF NOT EXISTS events_by_execution ON events (execution, position);
"""

ALIVE = f"status IN ('{UNFINISHED[0]}', '{UNFINISHED[1]}')"


@dataclass(frozen=True)
class Parent:
    """The call of another execution that waits for a run."""

    execution: str
    number: int


@dataclass(frozen=True)
class Consequence:
    """What a committed step means for the executions in memory: runs that begin, and events to deliver."""

    begun: tuple[Beginning, ...] = ()
    events: tuple[Event, ...] = ()
    ended: str | None = None


def add_run(connection: sqlite3.Connection, beginning: Beginning, parent: Parent | None = None) -> Consequence:
    """Write a fresh run in place of a finished one. Raises Conflict where the old one is not finished."""
    old = connection.execute("SELECT execution, status FROM runs WHERE id = ?", (beginning.run_id,)).fetchone()
    if old and not RunStatus(old["status"]).is_finished:
        raise Conflict(f"the run '{beginning.run_id}' is {old['status'].lower()} already", run_id=beginning.run_id)
    if old:
        forget(connection, beginning.run_id, old["execution"])
    connection.execute(
        "INSERT INTO runs (id, execution, name, status, input, created, updated, begun,"
        " parent_execution, parent_number) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (beginning.run_id, beginning.id, beginning.name, RunStatus.PENDING, beginning.input, *[beginning.at] * 3)
        + ((parent.execution, parent.number) if parent else (None, None)),
    )
    return Consequence(begun=(beginning,))


def add_calls(
    connection: sqlite3.Connection, execution: str, tasks: Sequence[CallTask], custom_status: str, at: float
) -> Consequence:
    """Write new calls and the custom status, and start the runs that the calls ask for."""
    changed = connection.execute(
        f"UPDATE runs SET status = ?, custom_status = ?, updated = ? WHERE execution = ? AND {ALIVE}",
        (RunStatus.RUNNING, custom_status, at, execution),
    )
    if not changed.rowcount:
        return Consequence()
    connection.executemany(
        "INSERT INTO calls VALUES (?, ?, ?, ?, ?, ?, ?)", [call_row(execution, task) for task in tasks]
    )
    children = [task for task in tasks if task.call.kind == CallKind.ORCHESTRATOR]
    steps = [add_child(connection, Parent(execution, task.number or 0), task.call, at) for task in children]
    return Consequence(
        begun=tuple(beginning for step in steps for beginning in step.begun),
        events=tuple(event for step in steps for event in step.events),
    )


def add_child(connection: sqlite3.Connection, parent: Parent, call: Call, at: float) -> Consequence:
    """Start the run that a call asks for; where its id is taken the call has failed."""
    run_id = call.child_id or f"{parent.execution}:{parent.number}"
    try:
        return add_run(connection, Beginning(uuid4().hex, run_id, call.name, call.input, at), parent)
    except Conflict as conflict:
        failure = Event(parent.execution, EventKind.FAILED, parent.number, "", json.dumps(conflict.message), at)
        return add_answer(connection, failure)


def add_answer(connection: sqlite3.Connection, event: Event) -> Consequence:
    """Write how a call ended, once; an execution that is over, or has its answer, hears nothing."""
    alive = connection.execute(f"SELECT 1 FROM runs WHERE execution = ? AND {ALIVE}", (event.execution,)).fetchone()
    return add_event(connection, event) if alive else Consequence()


def add_message(connection: sqlite3.Connection, run_id: str, name: str, value: str, at: float) -> Consequence:
    """Write a message from outside. Raises NotFound, or Conflict where the run is finished."""
    run = living_run(connection, run_id)
    return add_event(connection, Event(run["execution"], EventKind.RAISED, None, name, value, at))


def add_event(connection: sqlite3.Connection, event: Event) -> Consequence:
    """Append to the history; the second answer to one call is ignored."""
    cursor = connection.execute(
        "INSERT OR IGNORE INTO events (execution, kind, number, name, value, at) VALUES (?, ?, ?, ?, ?, ?)",
        (event.execution, event.kind, event.number, event.name, event.value, event.at),
    )
    if not cursor.rowcount:
        return Consequence()
    row = (event.execution, event.kind, event.number, event.name, event.value, event.at, cursor.lastrowid or 0)
    return Consequence(events=(Event(*row),))


def end_run(
    connection: sqlite3.Connection, beginning: Beginning, ending: Ending, custom_status: str, at: float
) -> Consequence:
    """Write the end of an execution: its output or failure, with the answer to a parent, or the next execution."""
    if isinstance(ending, Renewed):
        return renew_run(connection, beginning, ending, custom_status, at)
    if isinstance(ending, Completed):
        return finish_run(connection, beginning.id, RunStatus.COMPLETED, ending.output, at, custom_status)
    return finish_run(connection, beginning.id, RunStatus.FAILED, json.dumps(ending.message), at, custom_status)


def finish_run(
    connection: sqlite3.Connection, execution: str, status: RunStatus, output: str, at: float, custom_status: str
) -> Consequence:
    """Close an execution that is still alive and answer the call that waits for it."""
    run = connection.execute(f"SELECT * FROM runs WHERE execution = ? AND {ALIVE}", (execution,)).fetchone()
    if run is None:
        return Consequence()
    connection.execute(
        "UPDATE runs SET status = ?, output = ?, custom_status = ?, updated = ? WHERE execution = ?",
        (status, output, custom_status, at, execution),
    )
    if run["parent_execution"] is None:
        return Consequence(ended=run["id"])
    succeeded = status == RunStatus.COMPLETED
    kind = EventKind.SUCCEEDED if succeeded else EventKind.FAILED
    value = output if succeeded else json.dumps(f"Run '{run['id']}' {status.lower()}: {json.loads(output)}")
    answer = Event(run["parent_execution"], kind, run["parent_number"], "", value, at)
    return Consequence(events=add_answer(connection, answer).events, ended=run["id"])


def terminate_run(connection: sqlite3.Connection, run_id: str, reason: str, at: float) -> Consequence:
    """End a run from outside. Raises NotFound, or Conflict where it is finished."""
    run = living_run(connection, run_id)
    output = json.dumps(reason)
    return finish_run(connection, run["execution"], RunStatus.TERMINATED, output, at, run["custom_status"])


def renew_run(
    connection: sqlite3.Connection, old: Beginning, renewed: Renewed, custom_status: str, at: float
) -> Consequence:
    """Give the run a fresh execution that keeps the messages nobody waited for, also those committed meanwhile."""
    new = Beginning(uuid4().hex, old.run_id, old.name, renewed.input, at)
    changed = connection.execute(
        f"UPDATE runs SET execution = ?, input = ?, custom_status = ?, begun = ?, updated = ?"
        f" WHERE execution = ? AND {ALIVE}",
        (new.id, new.input, custom_status, at, at, old.id),
    )
    if not changed.rowcount:
        return Consequence()
    connection.execute(
        "UPDATE events SET execution = ? WHERE execution = ? AND kind = ?"
        " AND (position > ? OR position IN (SELECT value FROM json_each(?)))",
        (new.id, old.id, EventKind.RAISED, renewed.last_position, json.dumps(renewed.kept)),
    )
    forget_history(connection, old.id)
    return Consequence(begun=(new,), events=tuple(read_events(connection, new.id)))


def living_run(connection: sqlite3.Connection, run_id: str) -> sqlite3.Row:
    """The row of a run that is not finished. Raises NotFound or Conflict."""
    run: sqlite3.Row | None = connection.execute("SELECT * FROM runs WHERE id = ?", (run_id,)).fetchone()
    if run is None:
        raise NotFound(f"there is no run '{run_id}'", run_id=run_id)
    if RunStatus(run["status"]).is_finished:
        raise Conflict(f"the run '{run_id}' is finished: {run['status'].lower()}", run_id=run_id)
    return run


def read_events(connection: sqlite3.Connection, execution: str) -> list[Event]:
    """The history of an execution in order."""
    rows = connection.execute("SELECT * FROM events WHERE execution = ? ORDER BY position", (execution,))
    return [
        Event(execution, EventKind(row["kind"]), row["number"], row["name"], row["value"], row["at"], row["position"])
        for row in rows
    ]


def read_calls(connection: sqlite3.Connection, execution: str) -> list[Call]:
    """The calls of an execution by number."""
    rows = connection.execute("SELECT * FROM calls WHERE execution = ? ORDER BY number", (execution,))
    return [Call(CallKind(row["kind"]), row["name"], row["input"], row["due"], row["child_id"]) for row in rows]


def call_row(execution: str, task: CallTask) -> tuple[object, ...]:
    """A call as its row."""
    call = task.call
    return (execution, task.number, call.kind, call.name, call.input, call.due, call.child_id)


def forget(connection: sqlite3.Connection, run_id: str, execution: str) -> None:
    """Delete a run and its history."""
    connection.execute("DELETE FROM runs WHERE id = ?", (run_id,))
    forget_history(connection, execution)


def forget_history(connection: sqlite3.Connection, execution: str) -> None:
    """Delete the calls and events of an execution."""
    connection.execute("DELETE FROM calls WHERE execution = ?", (execution,))
    connection.execute("DELETE FROM events WHERE execution = ?", (execution,))
