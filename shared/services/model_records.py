"""Keep what came of the calls of each model since the process started."""

from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil

from shared.domain.money import Money, TokenUsage
from shared.money.receipt import Receipt
from shared.money.unit_receipt import UnitReceipt

MOST_SAMPLES = 1_000
"""Of the latest calls of a model that percentiles are taken over; two lists of so many numbers take 16 kB."""


def latest() -> deque[float]:
    """Return a list that forgets its oldest number for each one too many."""
    return deque(maxlen=MOST_SAMPLES)


@dataclass(slots=True)
class ModelRecord:
    """What came of one model's calls. `errors` counts them by code; `seconds` are of calls that did not fail.

    `first` are the seconds to the first piece of what came piece by piece; `usage` and `cost` are what was booked.
    """

    calls: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    seconds: deque[float] = field(default_factory=latest)
    first: deque[float] = field(default_factory=latest)
    usage: TokenUsage = TokenUsage()
    cost: Money = Money()


@dataclass(frozen=True)
class ModelRecords:
    """A record for each model by its name; as many as there are models."""

    by_model: defaultdict[str, ModelRecord] = field(default_factory=lambda: defaultdict(ModelRecord))

    def called(self, model: str, seconds: float, first: float | None, error: str) -> None:
        """Count one call that is over; `error` is the code of what it raised, empty where it raised nothing."""
        record = self.by_model[model]
        record.calls += 1
        if error:
            record.errors[error] += 1
            return
        record.seconds.append(seconds)
        if first is not None:
            record.first.append(first)

    def booked(self, purpose: str, receipt: Receipt | UnitReceipt) -> None:
        """Add what one call took; `purpose` is that of its reservation, as chat:MODEL."""
        record = self.by_model[purpose.partition(":")[2]]
        record.usage += receipt.usage
        record.cost += receipt.cost


def percentile(samples: Sequence[float], percent: float) -> float | None:
    """Return the smallest sample that at least `percent` of all do not exceed (nearest rank); None of none."""
    if not samples:
        return None
    return sorted(samples)[max(0, ceil(percent / 100 * len(samples)) - 1)]
