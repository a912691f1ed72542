"""What an operator is told about money."""

from dataclasses import dataclass

from shared.domain.money import BudgetStatus


@dataclass(frozen=True, slots=True)
class Alert:
    """A budget has reached a threshold, in percent of its cap; a repeat of the same alert has the same `id`."""

    id: str
    status: BudgetStatus
    threshold: int
    sentence: str
