"""A process that lets a child die by SIGKILL at one commit after the other, lets another go on, and tells what it saw.

`python -m tests.workflow.killing FOLDER SCENE` prints one JSON line per kill. The children are forks, so that a
hundred kills do not cost a hundred starts of Python.
"""

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from infra.local.durable import DurableRunner
from infra.local.sqlite import Database
from shared.domain.errors import Conflict, NotFound
from tests.workflow.scenes import Steps, Workshop

Play = Callable[[DurableRunner, Workshop], Awaitable[None]]


def renewing(context: Any) -> Steps:
    """Takes one message per execution and does some work, until the message `end`."""
    words = context.get_input()
    word = yield context.wait_for_external_event("word")
    yield context.call_activity("square", len(words))
    if word == "end":
        return [*words, word]
    context.continue_as_new([*words, word])


async def play_everything(runner: DurableRunner, workshop: Workshop) -> None:
    """Start the run unless it is there, and see it through."""
    await start_once(runner, "everything", None)
    await runner.wait("run")


async def play_renewing(runner: DurableRunner, workshop: Workshop) -> None:
    """Send the words of which no acknowledgement was noted, and see the run through."""
    await start_once(runner, "renewing", [])
    for word in ("one", "two", "three", "end"):
        if f"sent {word}" not in workshop.ran():
            # Where the message was committed but not noted before the kill, the run may be through with it.
            with suppress(Conflict):
                await runner.raise_event("run", "word", word)
            workshop.note(f"sent {word}")
    await runner.wait("run")


PLAYS: dict[str, Play] = {"everything": play_everything, "renewing": play_renewing}


async def start_once(runner: DurableRunner, name: str, input_: Any) -> None:
    try:
        await runner.status("run")
    except NotFound:
        await runner.start(name, "run", input_)


async def perform(folder: Path, play: Play) -> None:
    workshop = Workshop(folder / "trace")
    runner = DurableRunner(workshop.registry(renewing=renewing), folder / "runs.db")
    await runner.open()
    await asyncio.wait_for(play(runner, workshop), 20)
    await runner.close()


def kill_at(number: int, moment: str) -> None:
    """Arrange that the process dies by SIGKILL before or after its commit of this number, counted from 1."""
    transaction, commits = Database.transaction, iter(range(1, 1_000_000))

    @contextmanager
    def deadly(self: Database) -> Iterator[sqlite3.Connection]:
        commit = next(commits)
        with transaction(self) as connection:
            yield connection
            if (commit, moment) == (number, "before"):
                os.kill(os.getpid(), signal.SIGKILL)
        if (commit, moment) == (number, "after"):
            os.kill(os.getpid(), signal.SIGKILL)

    Database.transaction = deadly  # type: ignore[method-assign, assignment]


def in_child(work: Callable[[], None]) -> int:
    """Run work in a fork; returns its exit code, negative for the signal that ended it."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        work()
    except BaseException as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def answers(folder: Path) -> Counter[str]:
    """The committed answers of activities, by what was asked."""
    if not (folder / "runs.db").exists():
        return Counter()
    with closing(sqlite3.connect(folder / "runs.db")) as connection:
        tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'events'").fetchone()[0]
        rows = connection.execute(ANSWERED) if tables else []
        return Counter(f"{name} {value}" for name, value in rows)


ANSWERED = (
    "SELECT calls.name, calls.input FROM events JOIN calls USING (execution, number) WHERE calls.kind = 'activity'"
)


def output(folder: Path) -> Any:
    with closing(sqlite3.connect(folder / "runs.db")) as connection:
        status, value = connection.execute("SELECT status, output FROM runs WHERE id = 'run'").fetchone()
        return [status, json.loads(value)]


def kill_once(folder: Path, play: Play, number: int, moment: str) -> bool:
    """One kill and one recovery; returns whether there was such a commit."""
    folder.mkdir()

    def doomed() -> None:
        kill_at(number, moment)
        asyncio.run(perform(folder, play))

    died = in_child(doomed) == -signal.SIGKILL
    before, ran_before = answers(folder), len(Workshop(folder / "trace").ran())
    resumed = in_child(lambda: asyncio.run(perform(folder, play)))
    report = {
        "commit": number,
        "moment": moment,
        "died": died,
        "resumed": resumed,
        "output": output(folder),
        "answered_before": before,
        "answered_after": answers(folder),
        "ran_after": Workshop(folder / "trace").ran()[ran_before:],
    }
    sys.stdout.write(json.dumps(report) + "\n")
    sys.stdout.flush()
    return died


def main(folder: Path, scene: str) -> None:
    for moment in ("before", "after"):
        number = 1
        while kill_once(folder / f"{moment}-{number}", PLAYS[scene], number, moment):
            number += 1


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
