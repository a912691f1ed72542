"""What a process keeps in memory of the knowledge bases that it worked for last."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

from shared.domain.access import BaseKey

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """One value for each of at most `most` bases; the one that was not asked for the longest goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[BaseKey, Value] = OrderedDict()

    def get(self, base: BaseKey) -> Value | None:
        """Return what is kept of a base, or None."""
        if base in self._values:
            self._values.move_to_end(base)
        return self._values.get(base)

    def keep(self, base: BaseKey, value: Value) -> None:
        """Keep something of a base in the place of what was kept before."""
        self._values[base] = value
        self._values.move_to_end(base)
        if len(self._values) > self._most:
            self._values.popitem(last=False)
