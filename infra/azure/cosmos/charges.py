"""Count what requests cost in request units."""

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Charge:
    """Requests of one kind and the request units that they cost together."""

    requests: int = 0
    units: float = 0.0


def uncounted(_: float) -> None:
    """Let request units go unreported."""


@dataclass
class RequestCharges:
    """Request units by container and operation since the process started; `charged` is told those of each request."""

    charged: Callable[[float], None] = uncounted
    by_operation: dict[tuple[str, str], Charge] = field(default_factory=lambda: defaultdict(Charge))

    def note(self, container: str, operation: str, units: float) -> None:
        """Add one request."""
        charge = self.by_operation[container, operation]
        charge.requests += 1
        charge.units += units
        self.charged(units)
        logger.debug("%s of %s cost %s request units", operation, container, units)

    @property
    def units(self) -> float:
        """Request units of all requests together."""
        return sum(charge.units for charge in self.by_operation.values())
