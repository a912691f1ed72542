"""The part of the query language that the stand-in speaks; what it does not know it refuses, as the service would."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.fakes.cosmos.refused import Refused

Item = dict[str, Any]
Expression = Callable[[Item, Mapping[str, Any]], Any]

WORD = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>'(?:[^'\\]|\\.)*')|(?P<parameter>@\w+)"""
    r"""|(?P<name>[A-Za-z_]\w*)|(?P<sign><=|>=|<>|!=|[=<>+\-*(),.\[\]]))"""
)
RESERVED = frozenset({
    "ALL", "AND", "ARRAY", "AS", "ASC", "BETWEEN", "BY", "CASE", "CAST", "CONVERT", "CROSS", "DESC", "DISTINCT",
    "ELSE", "END", "EXISTS", "ESCAPE", "FALSE", "FOR", "FROM", "GROUP", "HAVING", "IN", "INNER", "INSERT",
    "INTO", "IS", "JOIN", "LEFT", "LIKE", "LIMIT", "NOT", "NULL", "OFFSET", "ON", "OR", "ORDER", "OUTER",
    "OVER", "RIGHT", "SELECT", "SET", "THEN", "TOP", "TRUE", "UDF", "UNDEFINED", "UPDATE", "VALUE", "WHEN",
    "WHERE", "WITH"
})  # fmt: skip
CONSTANTS = {"TRUE": True, "FALSE": False, "NULL": None}
UNDEFINED = object()
"""What a missing property is; a comparison with it is neither true nor false."""


@dataclass(frozen=True)
class Query:
    """A query that was read: which properties it returns (none: the whole item), its filter and its order."""

    properties: tuple[str, ...]
    condition: Expression
    order_by: tuple[str, ...]
    is_descending: bool = False

    def holds(self, item: Item, parameters: Mapping[str, Any]) -> bool:
        """Say whether the filter is true of an item; undefined is not true."""
        return self.condition(item, parameters) is True

    def projected(self, item: Item) -> Item:
        """Return what the query shows of an item; a missing property is left out."""
        return {name: item[name] for name in self.properties if name in item} if self.properties else item


def read_query(text: str) -> Query:
    """Read `SELECT * | c.a, c.b FROM c [WHERE ...] [ORDER BY c.a [ASC | DESC]]`. Raises Refused with 400."""
    reader = Reader(text)
    reader.expect("SELECT")
    properties: list[str] = []
    if not reader.take("*"):
        properties.append(reader.property())
        while reader.take(","):
            properties.append(reader.property())
    condition = reader.source_and_filter()
    order: list[str] = []
    direction = None
    if reader.take("ORDER"):
        reader.expect("BY")
        order.append(reader.property())
        direction = reader.take("ASC", "DESC")
    reader.end()
    return Query(tuple(properties), condition, tuple(order), direction == "DESC")


def read_condition(text: str) -> Expression:
    """Read the condition of a patch, `FROM c WHERE ...`, which takes no parameters. Raises Refused with 400."""
    if "@" in text:
        raise Refused(400, "the condition of a patch takes no parameters")
    reader = Reader(text)
    condition = reader.source_and_filter()
    reader.end()
    return condition


class Reader:
    """Reads a query from left to right; each level of precedence is one method."""

    def __init__(self, text: str) -> None:
        self._words: list[tuple[str, str]] = []
        place = 0
        while text[place:].strip():
            match = WORD.match(text, place)
            if match is None:
                raise Refused(400, f"syntax error near {text[place : place + 20]!r}")
            self._words.append((str(match.lastgroup), match[match.lastgroup]))  # type: ignore[index]
            place = match.end()
        self._place = 0

    def take(self, *wanted: str) -> str | None:
        """Return the next word, as written in `wanted`, where it is one of them, and go on."""
        kind, word = self._words[self._place] if self._place < len(self._words) else ("end", "")
        if kind not in ("name", "sign") or word.upper() not in wanted:
            return None
        self._place += 1
        return word.upper()

    def expect(self, wanted: str) -> None:
        """Go past a word that has to be here."""
        if not self.take(wanted):
            raise Refused(400, f"syntax error: {wanted} is missing")

    def end(self) -> None:
        """Refuse whatever is left."""
        if self._place < len(self._words):
            raise Refused(400, f"syntax error near {self._words[self._place][1]!r}")

    def source_and_filter(self) -> Expression:
        """Read `FROM c [WHERE ...]`."""
        self.expect("FROM")
        self.expect("C")
        return self.either() if self.take("WHERE") else lambda item, bound: True

    def property(self) -> str:
        """Read `c.name`."""
        self.expect("C")
        self.expect(".")
        kind, word = self._next()
        if kind != "name" or word.upper() in RESERVED:
            raise Refused(400, f"syntax error: {word!r} is no property, or a reserved word")
        return word

    def either(self) -> Expression:
        """Read conditions that OR joins."""
        left = self.both()
        while self.take("OR"):
            left = joined(left, self.both(), decides=True)
        return left

    def both(self) -> Expression:
        """Read conditions that AND joins."""
        left = self.inverted()
        while self.take("AND"):
            left = joined(left, self.inverted(), decides=False)
        return left

    def inverted(self) -> Expression:
        """Read a condition that NOT may stand before."""
        if not self.take("NOT"):
            return self.compared()
        inner = self.inverted()

        def inverse(item: Item, bound: Mapping[str, Any]) -> Any:
            value = inner(item, bound)
            return (not value) if isinstance(value, bool) else UNDEFINED

        return inverse

    def compared(self) -> Expression:
        """Read a comparison or an IN clause."""
        left = self.summed()
        if self.take("IN"):
            choices = self.arguments()
            return lambda item, bound: any(left(item, bound) == choice(item, bound) for choice in choices)
        sign = self.take("=", "!=", "<>", "<", "<=", ">", ">=")
        return comparison(sign, left, self.summed()) if sign else left

    def summed(self) -> Expression:
        """Read a sum."""
        left = self.multiplied()
        while sign := self.take("+", "-"):
            left = calculated(sign, left, self.multiplied())
        return left

    def multiplied(self) -> Expression:
        """Read a product."""
        left = self.single()
        while self.take("*"):
            left = calculated("*", left, self.single())
        return left

    def single(self) -> Expression:
        """Read a literal, a parameter, a property, a call or something in brackets."""
        if self.take("("):
            inner = self.either()
            self.expect(")")
            return inner
        if self.take("-"):
            return calculated("-", lambda item, bound: 0.0, self.single())
        if name := self.take("ARRAY_CONTAINS", "IS_DEFINED"):
            return called(name, self.arguments())
        if self._words[self._place : self._place + 1] == [("name", "c")]:
            path = self.property()
            return lambda item, bound: item.get(path, UNDEFINED)
        return self.literal()

    def literal(self) -> Expression:
        """Read a number, a text, a constant or a parameter."""
        kind, word = self._next()
        if kind == "parameter":
            return lambda item, bound: bound[word] if word in bound else unbound(word)
        if kind == "number":
            return lambda item, bound: float(word)
        if kind == "text":
            return lambda item, bound: re.sub(r"\\(.)", r"\1", word[1:-1])
        if kind == "name" and word.upper() in CONSTANTS:
            return lambda item, bound: CONSTANTS[word.upper()]
        raise Refused(400, f"syntax error near {word!r}")

    def arguments(self) -> list[Expression]:
        """Read what stands in brackets, separated by commas."""
        self.expect("(")
        found = [self.either()]
        while self.take(","):
            found.append(self.either())
        self.expect(")")
        return found

    def _next(self) -> tuple[str, str]:
        if self._place == len(self._words):
            raise Refused(400, "syntax error: the query ends too early")
        self._place += 1
        return self._words[self._place - 1]


def unbound(name: str) -> Any:
    """Refuse a parameter that has no value."""
    raise Refused(400, f"the parameter {name} has no value")


def joined(left: Expression, right: Expression, decides: bool) -> Expression:
    """Return AND or OR: the value that decides does so on either side, and undefined stays undefined otherwise."""

    def join(item: Item, bound: Mapping[str, Any]) -> Any:
        values = left(item, bound), right(item, bound)
        if any(value is decides for value in values):
            return decides
        return (not decides) if all(isinstance(value, bool) for value in values) else UNDEFINED

    return join


def comparison(sign: str, left: Expression, right: Expression) -> Expression:
    """Return a comparison, which is undefined between values of different types."""

    def compare(item: Item, bound: Mapping[str, Any]) -> Any:
        one, other = left(item, bound), right(item, bound)
        if kind_of(one) != kind_of(other) or UNDEFINED in (one, other):
            return UNDEFINED
        if sign in ("=", "!=", "<>"):
            return (one == other) == (sign == "=")
        if kind_of(one) not in ("number", "text"):
            return UNDEFINED
        return {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[sign]

    return compare


def calculated(sign: str, left: Expression, right: Expression) -> Expression:
    """Return a calculation in doubles, which is undefined where something is no number."""

    def calculate(item: Item, bound: Mapping[str, Any]) -> Any:
        one, other = left(item, bound), right(item, bound)
        if kind_of(one) != "number" or kind_of(other) != "number":
            return UNDEFINED
        first, second = float(one), float(other)
        return {"+": first + second, "-": first - second, "*": first * second}[sign]

    return calculate


def called(name: str, arguments: list[Expression]) -> Expression:
    """Return a call of one of the two functions that are known."""
    if len(arguments) != {"ARRAY_CONTAINS": 2, "IS_DEFINED": 1}[name]:
        raise Refused(400, f"{name} takes another number of arguments")
    if name == "IS_DEFINED":
        return lambda item, bound: arguments[0](item, bound) is not UNDEFINED

    def contains(item: Item, bound: Mapping[str, Any]) -> Any:
        array = arguments[0](item, bound)
        return arguments[1](item, bound) in array if isinstance(array, list) else UNDEFINED

    return contains


def kind_of(value: Any) -> str:
    """Name the type of a JSON value."""
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else "text" if isinstance(value, str) else str(type(value))
