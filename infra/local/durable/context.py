"""The context that an orchestrator sees: the part of the SDK's DurableOrchestrationContext that ours use."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from infra.local.durable.calls import Call, CallKind
from infra.local.durable.tasks import AllTask, AnyTask, CallTask, RetryOptions, RetryTask, Task, TimerTask, timer_call


class RunContext:
    """Turns what an orchestrator asks for into tasks; it does nothing itself, so that a replay repeats nothing."""

    def __init__(self, run_id: str, execution: str, input_: str, ask: Callable[[Task], None], started: float) -> None:
        """`input_` is JSON text; `ask` numbers a task; `started` is in seconds since the epoch."""
        self.instance_id = run_id
        self.is_replaying = False
        self.custom_status: Any = None
        self.will_continue_as_new = False
        self.next_input: str = "null"
        self._execution = execution
        self._input = input_
        self._ask = ask
        self._now = started
        self._uuids = 0

    def get_input(self) -> Any:
        """The input of the run, as a JSON value."""
        return json.loads(self._input)

    def call_activity(self, name: str, input_: Any = None) -> Task:
        """Ask for an activity; its result is a JSON value."""
        return CallTask(Call(CallKind.ACTIVITY, name, json.dumps(input_)))

    def call_activity_with_retry(self, name: str, retry_options: RetryOptions, input_: Any = None) -> Task:
        """Ask for an activity, again after each failure as the options say."""
        call = Call(CallKind.ACTIVITY, name, json.dumps(input_))
        return RetryTask(call, retry_options, self._ask, lambda: self._now)

    def call_sub_orchestrator(self, name: str, input_: Any = None, instance_id: str | None = None) -> Task:
        """Ask for a run of its own; without an id it gets one made of this run's id and the number of the call."""
        return CallTask(Call(CallKind.ORCHESTRATOR, name, json.dumps(input_), child_id=instance_id))

    def task_all(self, activities: Sequence[Task]) -> Task:
        """Wait for all; the results come in the order asked, the first error comes at once."""
        return AllTask(activities)

    def task_any(self, activities: Sequence[Task]) -> Task:
        """Wait for the first; the result is the task that completed."""
        return AnyTask(activities)

    def create_timer(self, fire_at: datetime) -> TimerTask:
        """Wait until a time; one without a zone is read as UTC."""
        moment = fire_at if fire_at.tzinfo else fire_at.replace(tzinfo=UTC)
        return TimerTask(timer_call(moment.timestamp()))

    def wait_for_external_event(self, name: str) -> Task:
        """Wait for a message under this name; one raised earlier and not yet waited for counts."""
        return CallTask(Call(CallKind.EVENT, name))

    def set_custom_status(self, status: Any) -> None:
        """Show a JSON value in the status of the run. Raises TypeError where it is not one."""
        json.dumps(status)
        self.custom_status = status

    def continue_as_new(self, input_: Any) -> None:
        """Start over with an empty history once the orchestrator returns; messages not yet waited for are kept."""
        self.next_input = json.dumps(input_)
        self.will_continue_as_new = True

    def new_uuid(self) -> str:
        """A UUID that is the same in every replay."""
        self._uuids += 1
        return str(uuid5(NAMESPACE_OID, f"{self.instance_id}_{self._execution}_{self._uuids}"))

    @property
    def current_utc_datetime(self) -> datetime:
        """The time of the latest event that the orchestrator has seen, the same in every replay."""
        return datetime.fromtimestamp(self._now, UTC)

    def advance_clock(self, moment: float) -> None:
        """Move the time of the run forward to `moment`, in seconds since the epoch; it never goes back."""
        self._now = max(self._now, moment)
