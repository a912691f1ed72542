"""The part of OData that filters are written in: eq, ne, gt, ge, lt, le, and, or, not, any, search.in."""

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.fakes.azure_search.refusal import Refusal

Document = Mapping[str, Any]
Test = Callable[[Document], bool]

TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|(-?\d+(?:\.\d+)?)|(search\.in|[A-Za-z_]\w*)|([()/:,]))")
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
NUMBERS = ("Edm.Int32", "Edm.Int64", "Edm.Double")
COLLECTION = "Collection(Edm.String)"


class Filter:
    """Reads one filter against the fields of an index. Raises Refusal with 400 for anything it does not know."""

    def __init__(self, text: str, fields: Mapping[str, Mapping[str, Any]]) -> None:
        self._tokens, self._place, self._fields = tokens(text), 0, fields
        self._variable = ""

    def test(self) -> Test:
        """Return what says of a document whether the filter keeps it."""
        found = self._either()
        if self._place != len(self._tokens):
            raise bad(f"unexpected {self._tokens[self._place]!r}")
        return found

    def _either(self) -> Test:
        parts = [self._both()]
        while self._accept("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else lambda document: any(part(document) for part in parts)

    def _both(self) -> Test:
        parts = [self._single()]
        while self._accept("and"):
            if self._variable:
                raise bad("'and' is not allowed inside any() over a collection of strings")
            parts.append(self._single())
        return parts[0] if len(parts) == 1 else lambda document: all(part(document) for part in parts)

    def _single(self) -> Test:
        if self._accept("not"):
            inner = self._single()
            return lambda document: not inner(document)
        if self._accept("("):
            found = self._either()
            self._expect(")")
            return found
        if self._accept("search.in"):
            return self._search_in()
        name = self._next()
        return self._any(name) if self._accept("/") else self._comparison(name)

    def _comparison(self, name: str) -> Test:
        compare, value = self._next(), self._constant()
        if compare not in COMPARISONS:
            raise bad(f"{compare!r} is no comparison")
        kind = "Edm.String" if name == self._variable else self._filterable(name)["type"]
        if isinstance(value, str) and (kind != "Edm.String" or compare not in ("eq", "ne")):
            raise bad(f"{name!r} cannot be compared so with a text")
        if isinstance(value, int | float) and kind not in NUMBERS:
            raise bad(f"{name!r} cannot be compared with a number")
        if name == self._variable and compare != "eq":
            raise bad("any() over a collection of strings takes eq alone")
        test = COMPARISONS[compare]
        return lambda document: document.get(name) is not None and test(document[name], value)

    def _any(self, name: str) -> Test:
        if self._filterable(name)["type"] != COLLECTION or self._next() != "any":
            raise bad(f"{name!r} is no collection that any() could look through")
        self._expect("(")
        if self._accept(")"):
            return lambda document: bool(document[name])
        self._variable = variable = self._next()
        self._expect(":")
        inner = self._either()
        self._expect(")")
        self._variable = ""
        return lambda document: any(inner({variable: each}) for each in document[name])

    def _search_in(self) -> Test:
        self._expect("(")
        name = self._next()
        if name != self._variable and self._filterable(name)["type"] != "Edm.String":
            raise bad(f"search.in takes a string, {name!r} is none")
        self._expect(",")
        listed, separators = self._text(), " ,"
        if self._accept(","):
            separators = self._text()
        self._expect(")")
        values = set(re.split("[" + re.escape(separators) + "]", listed)) - {""}
        return lambda document: document.get(name) in values

    def _filterable(self, name: str) -> Mapping[str, Any]:
        field = self._fields.get(name)
        if field is None:
            raise bad(f"there is no field {name!r}")
        if not field.get("filterable"):
            raise bad(f"the field {name!r} is not filterable")
        return field

    def _constant(self) -> str | float | None:
        token = self._next()
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if token == "null":
            return None
        if re.fullmatch(r"-?\d+(\.\d+)?", token):
            return float(token) if "." in token else int(token)
        raise bad(f"{token!r} is no constant")

    def _text(self) -> str:
        found = self._constant()
        if not isinstance(found, str):
            raise bad("a text is expected")
        return found

    def _accept(self, token: str) -> bool:
        if self._place < len(self._tokens) and self._tokens[self._place] == token:
            self._place += 1
            return True
        return False

    def _expect(self, token: str) -> None:
        if not self._accept(token):
            raise bad(f"{token!r} is expected")

    def _next(self) -> str:
        if self._place == len(self._tokens):
            raise bad("the filter ends too early")
        self._place += 1
        return self._tokens[self._place - 1]


def tokens(text: str) -> list[str]:
    """Cut a filter into its literals, numbers, words and marks."""
    found, place = [], 0
    while text[place:].strip():
        match = TOKEN.match(text, place)
        if match is None:
            raise bad(f"cannot be read from character {place}")
        found.append(match[0].strip() if match[1] is None else match[1])
        place = match.end()
    return found


def bad(reason: str) -> Refusal:
    """Say that a filter is not OData, or more of it than the service knows."""
    return Refusal(400, f"Invalid expression: {reason}")
