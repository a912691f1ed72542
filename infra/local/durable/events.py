"""An event: one thing that happened to an execution, in the order in which it was committed."""

from dataclasses import dataclass
from enum import StrEnum


class EventKind(StrEnum):
    """How a call ended, or that a message came from outside."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    RAISED = "raised"


@dataclass(frozen=True)
class Event:
    """`number` is that of the call it answers, None for a message; `value` is JSON text; `at` is in epoch seconds."""

    execution: str
    kind: EventKind
    number: int | None
    name: str
    value: str
    at: float
    position: int = 0
