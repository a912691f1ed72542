"""Keep account of one call that is paid by the piece: by pages read or by records of text, not by tokens."""

from dataclasses import dataclass

from shared.domain.money import Money, TokenUsage
from shared.money.cost import cost_of_units


@dataclass(slots=True)
class UnitReceipt:
    """What one call has used so far: the units that the service counted, else the estimated ones.

    `price` is in US dollars per thousand units. A call that never started has used nothing.
    """

    estimate: int
    price: float
    started: bool = False
    counted: int | None = None

    def start(self) -> None:
        """Say that the call is on its way: from here on it may be billed."""
        self.started = True

    def count(self, units: int) -> None:
        """Take over what the service counted."""
        self.counted = units

    @property
    def answered(self) -> bool:
        """Say whether the service gave any sign of work."""
        return self.counted is not None

    @property
    def usage(self) -> TokenUsage:
        """The tokens used so far: none, whatever the units are."""
        return TokenUsage()

    @property
    def cost(self) -> Money:
        """What the units cost."""
        if not self.started:
            return Money()
        return cost_of_units(self.estimate if self.counted is None else self.counted, self.price)
