"""The wall clock of the host, which a test replaces."""

import asyncio
from datetime import UTC, datetime

LONGEST_WAIT_SECONDS = 60.0
"""The loop's clock stands still in a sleeping laptop, so a long wait looks at the wall clock this often."""


class Clock:
    """Time in UTC, and waiting for it."""

    def now(self) -> datetime:
        """The time."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait some seconds."""
        await asyncio.sleep(seconds)

    async def sleep_until(self, moment: datetime) -> None:
        """Wait until the wall clock shows `moment`, however long the machine slept in between."""
        while (left := (moment - self.now()).total_seconds()) > 0:
            await self.sleep(min(left, LONGEST_WAIT_SECONDS))
