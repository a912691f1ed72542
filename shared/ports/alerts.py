"""Tells somebody who is not looking."""

from typing import Protocol

from shared.domain.alerts import Alert


class AlertChannel(Protocol):
    """Where alerts go."""

    async def send(self, alert: Alert) -> None:
        """Deliver an alert, trying again for a bounded time. Raises Unavailable where nobody took it."""
        ...
