"""A key that is kept among the secrets and may be replaced there while the process runs."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from shared.domain.errors import StoreUnavailable
from shared.ports.secrets import Secrets

FRESH_SECONDS = 300.0
"""How long a key is used before it is looked up again; a refused one is looked up at once."""

PATIENCE_SECONDS = 30.0
"""How long the last known key goes on serving before secrets that were away are asked again."""


@dataclass
class RotatingKey:
    """Implements KeySource over the port Secrets."""

    secrets: Secrets
    name: str
    clock: Callable[[], float] = monotonic
    _known: str | None = field(default=None, repr=False)
    _fresh_until: float = 0.0
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    async def __call__(self) -> str:
        """Return the key. Raises BadSetting or StoreUnavailable where none was ever known."""
        async with self._asking:
            if self._known is None or self.clock() >= self._fresh_until:
                try:
                    self._known = await self.secrets.secret(self.name)
                    self._fresh_until = self.clock() + FRESH_SECONDS
                except StoreUnavailable:
                    if self._known is None:
                        raise
                    self._fresh_until = self.clock() + PATIENCE_SECONDS
            return self._known

    def refused(self) -> None:
        """Look the key up anew with the next call."""
        self._fresh_until = 0.0
