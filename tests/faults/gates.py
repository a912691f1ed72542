"""What stands before a service and spoils its answers as a cell of the matrix wants."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Protocol

from tests.fakes import cosmos_gremlin
from tests.fakes.cosmos_gremlin import CosmosGremlin
from tests.fakes.faults import Fault, FaultyProxy
from tests.faults.kinds import Kind

OVER_HTTP = {
    Kind.TIMEOUT: Fault.SILENT,
    Kind.RESET: Fault.RESET,
    Kind.HALF_OPEN: Fault.HALF_OPEN,
    Kind.DRIP: Fault.DRIP,
    Kind.THROTTLED: Fault.THROTTLED,
    Kind.THROTTLED_FOR_A_WHILE: Fault.THROTTLED_FOR_A_WHILE,
    Kind.BROKEN: Fault.BROKEN,
    Kind.TRUNCATED: Fault.TRUNCATED,
    Kind.BAD_JSON: Fault.BAD_JSON,
    Kind.EXPIRED: Fault.EXPIRED,
}

OVER_GREMLIN = {
    Kind.TIMEOUT: cosmos_gremlin.Fault.SILENT,
    Kind.RESET: cosmos_gremlin.Fault.CUT_OFF,
    Kind.HALF_OPEN: cosmos_gremlin.Fault.HALF_OPEN,
    Kind.DRIP: cosmos_gremlin.Fault.DRIP,
    Kind.BROKEN: cosmos_gremlin.Fault.BROKEN,
    Kind.TRUNCATED: cosmos_gremlin.Fault.TRUNCATED,
    Kind.BAD_JSON: cosmos_gremlin.Fault.BAD_JSON,
    Kind.EXPIRED: cosmos_gremlin.Fault.EXPIRED,
    Kind.THROTTLED_GRAPH: cosmos_gremlin.Fault.THROTTLED,
}

PACE = 0.2
"""Seconds between two bytes that drip: in time for the shortest limit of an attempt, and hours for a long answer."""

Switch = Callable[[bool], object]
"""Turns a fault of the service itself on and off."""


class Gate(Protocol):
    """Refuses connections until its block begins; then answers, spoiled where a fault is struck."""

    def __enter__(self) -> object: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def strike(self, kind: Kind, before: int | None) -> None:
        """Spoil one request after so many good ones, or with None every request from now on."""
        ...

    def calm(self) -> None:
        """Spoil nothing any more."""
        ...

    @property
    def arrived(self) -> int:
        """How many requests came in."""
        ...


class HttpGate(FaultyProxy):
    """Before a service that speaks HTTP; `switches` are the faults that the service behind has to make itself."""

    def __init__(
        self,
        upstream: str,
        switches: Mapping[Kind, Switch] | None = None,
        certificate: tuple[Path, Path] | None = None,
    ) -> None:
        super().__init__(upstream, certificate)
        self.pace = PACE
        self._switches = switches or {}

    def strike(self, kind: Kind, before: int | None) -> None:
        if kind in self._switches:
            self._switches[kind](True)
        elif before is None:
            self.lasting = OVER_HTTP[kind]
        else:
            self.faults.extend([*[None] * before, OVER_HTTP[kind]])

    def calm(self) -> None:
        self.lasting = None
        self.faults.clear()
        for switch in self._switches.values():
            switch(False)


class GremlinGate(CosmosGremlin):
    """The stand-in of the graph database, which has its faults itself; throttled once, it says how long to wait."""

    def strike(self, kind: Kind, before: int | None) -> None:
        if before is None:
            self.lasting = OVER_GREMLIN[kind]
        else:
            told = kind is Kind.THROTTLED_GRAPH
            self.faults.append(cosmos_gremlin.Fault.THROTTLED_FOR_A_WHILE if told else OVER_GREMLIN[kind])

    def calm(self) -> None:
        self.lasting = None
        self.faults.clear()

    @property
    def arrived(self) -> int:
        return self.asked
