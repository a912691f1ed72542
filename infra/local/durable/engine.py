"""The engine: keeps the live executions, carries committed events to them and what they ask for to those who do it."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any

from infra.local.durable.activities import Activities, Job, Outcome
from infra.local.durable.alarms import Alarms
from infra.local.durable.calls import CallKind
from infra.local.durable.catalogue import Unfinished
from infra.local.durable.events import Event, EventKind
from infra.local.durable.execution import Beginning, Execution
from infra.local.durable.journal import Journal
from infra.local.durable.records import Consequence, add_answer, add_calls, end_run
from infra.local.durable.registry import Registry
from infra.local.durable.tasks import CallTask
from infra.local.sqlite import Database


class Engine:
    """Lives on the event loop. An event reaches an orchestrator only after its commit, so a crash never unsays one."""

    def __init__(self, registry: Registry, database: Database, maximum: int, now: Callable[[], float]) -> None:
        """`maximum` bounds the activities that run at once; `now` is the wall clock in seconds since the epoch."""
        self.journal = Journal(database, self._settle_touched)
        self._registry = registry
        self._now = now
        self._activities = Activities(registry.activities, maximum, self._answer)
        self._alarms = Alarms(now)
        self._live: dict[str, Execution] = {}
        self._by_run: dict[str, Execution] = {}
        self._touched: dict[str, Execution] = {}
        self._shown: dict[str, str] = {}
        self._ends: defaultdict[str, list[asyncio.Future[None]]] = defaultdict(list)

    def recover(self, run: Unfinished) -> None:
        """Bring an execution back to where its history left it, and do again what has no answer."""
        execution = self._open(run.beginning, Execution(run.beginning, self._orchestrator(run.beginning), run.calls))
        execution.replay(run.history)
        for task in execution.agenda.open_calls():
            if task.number is not None and task.number < len(run.calls):
                self._dispatch(run.beginning.id, task)
        self._settle(execution)

    def hear(self, consequence: Consequence) -> None:
        """Take in what a committed write means."""
        for beginning in consequence.begun:
            self._begin(beginning)
        for event in consequence.events:
            if execution := self._live.get(event.execution):
                execution.deliver(event)
                self._touched[event.execution] = execution
        if consequence.ended is not None:
            self._announce(consequence.ended)

    def end_of(self, run_id: str) -> "asyncio.Future[None]":
        """A future that completes when the run ends; one that ended before is not noticed."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._ends[run_id].append(future)
        return future

    async def close(self, seconds: float) -> None:
        """Give running activities some seconds, commit what ended, and let go of everything."""
        await self._activities.close(seconds)
        self._alarms.close()
        await self.journal.close()
        for execution in self._live.values():
            execution.close()
        for future in [future for futures in self._ends.values() for future in futures]:
            future.cancel()

    def _orchestrator(self, beginning: Beginning) -> Callable[[Any], Any]:
        return self._registry.orchestrators.get(beginning.name) or unknown_orchestrator

    def _begin(self, beginning: Beginning) -> None:
        execution = self._open(beginning, Execution(beginning, self._orchestrator(beginning)))
        execution.begin()
        self._touched[beginning.id] = execution

    def _open(self, beginning: Beginning, execution: Execution) -> Execution:
        self._live[beginning.id] = execution
        self._by_run[beginning.run_id] = execution
        return execution

    def _settle_touched(self) -> None:
        touched, self._touched = self._touched, {}
        for identifier, execution in touched.items():
            if identifier in self._live:
                self._settle(execution)

    def _settle(self, execution: Execution) -> None:
        """Write down and do what the execution newly asks for, or write down its end."""
        beginning, custom_status = execution.beginning, json.dumps(execution.context.custom_status)
        if execution.ending:
            self._forget(execution)
            write = partial(end_run, beginning=beginning, ending=execution.ending, custom_status=custom_status)
            self.journal.write(partial(write, at=self._now()), self.hear)
            return
        tasks = execution.agenda.take_new()
        if tasks or self._shown.get(beginning.id) != custom_status:
            self._shown[beginning.id] = custom_status
            self._write_calls(beginning.id, tasks, custom_status)
        for task in tasks:
            self._dispatch(beginning.id, task)

    def _write_calls(self, execution: str, tasks: list[CallTask], custom_status: str) -> None:
        write = partial(add_calls, execution=execution, tasks=tasks, custom_status=custom_status, at=self._now())
        self.journal.write(write, self.hear)

    def _dispatch(self, execution: str, task: CallTask) -> None:
        call, number = task.call, task.number or 0
        if call.kind == CallKind.ACTIVITY:
            self._activities.submit(Job(execution, number, call.name, call.input))
        elif call.kind == CallKind.TIMER:
            self._alarms.set((execution, number), call.due or 0.0, partial(self._ring, execution, task))

    def _ring(self, execution: str, task: CallTask) -> None:
        if not task.is_cancelled:
            self._commit_answer(Event(execution, EventKind.SUCCEEDED, task.number, "", "null", self._now()))

    def _answer(self, job: Job, outcome: Outcome) -> None:
        self._commit_answer(Event(job.execution, outcome.kind, job.number, job.name, outcome.value, self._now()))

    def _commit_answer(self, event: Event) -> None:
        self.journal.write(partial(add_answer, event=event), self.hear)

    def _announce(self, run_id: str) -> None:
        if execution := self._by_run.get(run_id):
            self._forget(execution)
        for future in self._ends.pop(run_id, []):
            if not future.done():
                future.set_result(None)

    def _forget(self, execution: Execution) -> None:
        identifier = execution.beginning.id
        self._live.pop(identifier, None)
        self._by_run.pop(execution.beginning.run_id, None)
        self._touched.pop(identifier, None)
        self._shown.pop(identifier, None)
        self._activities.cancel(identifier)
        self._alarms.clear(identifier)
        execution.close()


def unknown_orchestrator(_context: object) -> None:
    """Stands in for an orchestrator that a run needs and the app no longer has."""
    raise LookupError("the app registers no orchestrator of this name")
