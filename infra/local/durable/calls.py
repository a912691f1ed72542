"""A call: one numbered thing that an orchestrator asked for, as it is written down."""

from dataclasses import dataclass
from enum import StrEnum


class CallKind(StrEnum):
    """What a call asks for."""

    ACTIVITY = "activity"
    ORCHESTRATOR = "orchestrator"
    TIMER = "timer"
    EVENT = "event"


@dataclass(frozen=True)
class Call:
    """`input` is JSON text; `due` is in seconds since the epoch; `child_id` names the run that the call starts."""

    kind: CallKind
    name: str
    input: str = "null"
    due: float | None = None
    child_id: str | None = None

    def is_same_step(self, other: "Call") -> bool:
        """Whether a replay that asks for `other` here is still on the path that the history took."""
        return (self.kind, self.name) == (other.kind, other.name)

    def __str__(self) -> str:
        return f"{self.kind} '{self.name}'" if self.name else str(self.kind)
