"""Route templates of ASP.NET, as functions declare them, turned into patterns over paths."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

PARAMETER = re.compile(
    r"\{(?P<all>\*{0,2})(?P<name>\w+)(?::(?P<constraint>\w+))?(?:=(?P<default>[^}]*))?(?P<optional>\?)?\}"
)

CONSTRAINTS = {
    "int": r"-?\d+",
    "long": r"-?\d+",
    "float": r"-?\d+(?:\.\d+)?",
    "double": r"-?\d+(?:\.\d+)?",
    "decimal": r"-?\d+(?:\.\d+)?",
    "bool": r"(?i:true|false)",
    "alpha": r"[A-Za-z]+",
    "guid": r"(?i:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})",
}

LITERAL, CONSTRAINED, FREE, REST = range(4)
"""How special a segment is: as in ASP.NET, the more special route answers where two match."""


@dataclass(frozen=True)
class RoutePattern:
    """One form of a template; `rank` sorts the more special pattern first, `segments` is None where it may vary."""

    path: str
    expression: re.Pattern[str]
    defaults: Mapping[str, str]
    rank: tuple[int, ...]
    segments: int | None

    @property
    def is_literal(self) -> bool:
        """Whether the pattern matches exactly one path."""
        return not self.expression.groups

    def match(self, path: str) -> dict[str, str] | None:
        """The parameters of the path as text, as the Functions host passes them, or None."""
        found = self.expression.fullmatch(path)
        return {**self.defaults, **found.groupdict()} if found else None


def patterns(prefix: str, template: str) -> Iterator[RoutePattern]:
    """The patterns of a template: one, and a shorter one for each optional segment at its end.

    Raises ValueError for a template that is not well formed.
    """
    segments = [segment for segment in f"{prefix}/{template}".split("/") if segment]
    yield pattern(segments, {})
    defaults: dict[str, str] = {}
    while segments and (last := PARAMETER.fullmatch(segments[-1])) and may_be_missing(last):
        if last["default"] is not None:
            defaults[last["name"]] = last["default"]
        segments = segments[:-1]
        yield pattern(segments, dict(defaults))


def may_be_missing(parameter: re.Match[str]) -> bool:
    """Whether a path may end before this parameter."""
    return bool(parameter["optional"] or parameter["all"]) or parameter["default"] is not None


def pattern(segments: list[str], defaults: Mapping[str, str]) -> RoutePattern:
    """Compile the segments of one form. Raises ValueError."""
    expression = "/" + "/".join(segment_expression(segment) for segment in segments)
    try:
        compiled = re.compile(expression)
    except re.error as error:
        raise ValueError(f"the route '{'/'.join(segments)}' is not well formed: {error}") from error
    rank = tuple(segment_rank(segment) for segment in segments)
    return RoutePattern("/" + "/".join(segments), compiled, defaults, rank, None if REST in rank else len(segments))


def segment_expression(segment: str) -> str:
    """The regular expression of one segment. Raises ValueError."""
    pieces, end = [], 0
    for parameter in PARAMETER.finditer(segment):
        pieces += [literal(segment[end : parameter.start()]), parameter_expression(parameter)]
        end = parameter.end()
    return "".join([*pieces, literal(segment[end:])])


def parameter_expression(parameter: re.Match[str]) -> str:
    """A group under the name of the parameter. Raises ValueError for an unknown constraint."""
    constraint = parameter["constraint"]
    if constraint and constraint not in CONSTRAINTS:
        raise ValueError(f"the constraint '{constraint}' of the route is not known")
    free = ".+" if parameter["all"] else "[^/]+"
    return f"(?P<{parameter['name']}>{CONSTRAINTS[constraint] if constraint else free})"


def literal(text: str) -> str:
    """Text as itself. Raises ValueError for a brace that belongs to no parameter."""
    if "{" in text or "}" in text:
        raise ValueError(f"'{text}' is no parameter of a route")
    return re.escape(text)


def segment_rank(segment: str) -> int:
    """How special the segment is."""
    parameter = PARAMETER.search(segment)
    if parameter is None:
        return LITERAL
    if parameter["all"]:
        return REST
    return CONSTRAINED if parameter["constraint"] else FREE
