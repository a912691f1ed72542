"""How long a document has spent in each step of its reading."""

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class StepTimes:
    """Seconds of the last run, by the state that a document was in; `received` is the wait before the first step."""

    received: float = 0.0
    parsing: float = 0.0
    indexing: float = 0.0
    graph: float = 0.0

    def spent(self, state: str, seconds: float) -> "StepTimes":
        """Return the times after so many more seconds in a state; states without a step do not count."""
        if state not in STEPS:
            return self
        return replace(self, **{state: getattr(self, state) + max(0.0, seconds)})

    def begun_anew(self) -> "StepTimes":
        """Return the times at the beginning of a run: only the wait for it has passed."""
        return StepTimes(received=self.received)


STEPS = tuple(each.name for each in fields(StepTimes))
"""The states in which a document waits for something, in order."""
