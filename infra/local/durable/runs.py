"""A run: one orchestration under its id, as a caller sees it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class RunStatus(StrEnum):
    """The states of a run, in the words of Durable Functions."""

    PENDING = "Pending"
    RUNNING = "Running"
    COMPLETED = "Completed"
    FAILED = "Failed"
    TERMINATED = "Terminated"

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen to the run."""
        return self not in UNFINISHED


UNFINISHED = (RunStatus.PENDING, RunStatus.RUNNING)


@dataclass(frozen=True)
class Run:
    """`input`, `output` and `custom_status` are JSON values; `output` of a failed run is its message; times are UTC."""

    id: str
    name: str
    status: RunStatus
    input: Any
    output: Any
    custom_status: Any
    created: datetime
    updated: datetime
