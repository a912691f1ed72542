"""The routes of all HTTP functions, laid out so that finding one costs little however many there are."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from infra.local.host.route_template import RoutePattern

Endpoint = TypeVar("Endpoint")


@dataclass(frozen=True)
class Place(Generic[Endpoint]):
    """One pattern with what answers there, by method."""

    pattern: RoutePattern
    methods: dict[str, Endpoint] = field(default_factory=dict)

    @property
    def allowed(self) -> str:
        """The methods as the Allow header lists them."""
        return ", ".join(sorted(self.methods))


@dataclass(frozen=True)
class Found(Generic[Endpoint]):
    """A place, and the parameters that its pattern took from the path."""

    place: Place[Endpoint]
    parameters: dict[str, str]


class RouteTable(Generic[Endpoint]):
    """Literal paths by name, the others by their number of segments, the more special first."""

    def __init__(self) -> None:
        self._places: dict[str, Place[Endpoint]] = {}
        self._literal: dict[str, Place[Endpoint]] = {}
        self._by_length: defaultdict[int | None, list[Place[Endpoint]]] = defaultdict(list)

    def add(self, pattern: RoutePattern, method: str, endpoint: Endpoint) -> None:
        """Let `endpoint` answer a method there. Raises ValueError where another one does already."""
        place = self._places.get(pattern.expression.pattern)
        if place is None:
            place = self._new_place(pattern)
        if method in place.methods:
            raise ValueError(f"{method} {pattern.path} is taken by another function")
        place.methods[method] = endpoint

    def find(self, path: str, method: str) -> Found[Endpoint] | None:
        """The place of a path, one that takes the method where there are several; None where there is none."""
        path = path.rstrip("/") or "/"
        refused: Found[Endpoint] | None = None
        if place := self._literal.get(path):
            refused = Found(place, dict(place.pattern.defaults))
            if method in place.methods:
                return refused
        for length in (path.count("/"), None):
            for place in self._by_length.get(length, ()):
                parameters = place.pattern.match(path)
                if parameters is None:
                    continue
                if method in place.methods:
                    return Found(place, parameters)
                refused = refused or Found(place, parameters)
        return refused

    def _new_place(self, pattern: RoutePattern) -> Place[Endpoint]:
        place: Place[Endpoint] = Place(pattern)
        self._places[pattern.expression.pattern] = place
        if pattern.is_literal:
            self._literal[pattern.path] = place
        else:
            self._by_length[pattern.segments].append(place)
            self._by_length[pattern.segments].sort(key=lambda each: each.pattern.rank)
        return place
