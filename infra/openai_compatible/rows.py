"""Hold a model to rows by a schema, and read what it writes under it as the lines that a task asks for."""

import json
import re
from enum import Enum, auto
from typing import Any

ROWS_FORMAT: dict[str, Any] = {
    "type": "json_schema",
    "json_schema": {
        "name": "rows",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": {"rows": {"type": "array", "items": {"type": "string", "description": "one row"}}},
            "required": ["rows"],
            "additionalProperties": False,
        },
    },
}
"""One array of strings: a row costs the tokens of a line, and what holds the rows together is paid once."""

WHOLE_ESCAPE = re.compile(r"\\(?:[^u]|u(?![dD][89abAB])[0-9a-fA-F]{4}|u[dD][89abAB][0-9a-fA-F]{2}\\u[0-9a-fA-F]{4})")
"""An escape of JSON; one that begins a pair of surrogates is whole with the other."""

LONGEST_ESCAPE = 12
"""Characters of such a pair."""


class State(Enum):
    """Where in an answer the reader stands."""

    START = auto()
    PLAIN = auto()
    OBJECT = auto()
    BETWEEN = auto()
    ROW = auto()
    ESCAPE = auto()
    DONE = auto()


class RowReader:
    """Turns `{"rows": ["a|b", "c|d"]}` into lines as it is written, character by character.

    A row that was cut comes as far as it was written, without its line's end, and the last row comes where the array
    was closed alone: so a cut answer ends as one does that was written in lines. What is no object at all is such an
    answer, of a server that takes no notice of the schema, and comes through as it is.
    """

    def __init__(self, last_row: str) -> None:
        """`last_row` ends a whole answer, whether the model wrote it or not."""
        self._last_row = last_row
        self._state = State.START
        self._line = self._escape = ""

    def feed(self, piece: str) -> str:
        """Return what a piece of the answer adds to the lines."""
        return "".join(map(self._read, piece))

    def _read(self, sign: str) -> str:
        match self._state:
            case State.PLAIN:
                return sign
            case State.START if not sign.isspace():
                self._state = State.OBJECT if sign == "{" else State.PLAIN
                return "" if sign == "{" else sign
            case State.OBJECT if sign == "[":
                self._state = State.BETWEEN
            case State.BETWEEN if sign == '"':
                self._state, self._line = State.ROW, ""
            case State.BETWEEN if sign == "]":
                self._state = State.DONE
                return "" if self._line == self._last_row else self._last_row
            case State.ROW:
                return self._of_row(sign)
            case State.ESCAPE:
                return self._escaped(sign)
        return ""

    def _of_row(self, sign: str) -> str:
        if sign == '"':
            self._state = State.BETWEEN
            return "\n"
        if sign == "\\":
            self._state, self._escape = State.ESCAPE, sign
            return ""
        return self._said(sign)

    def _escaped(self, sign: str) -> str:
        self._escape += sign
        if not WHOLE_ESCAPE.fullmatch(self._escape) and len(self._escape) < LONGEST_ESCAPE:
            return ""
        self._state = State.ROW
        return self._said(unescaped(self._escape))

    def _said(self, text: str) -> str:
        # A model may write several rows into one string, with line ends between them.
        self._line = "" if text == "\n" else self._line + text
        return text


def unescaped(escape: str) -> str:
    """Return the character that an escape stands for; one that stands for none is a sign of that."""
    try:
        text: str = json.loads(f'"{escape}"')
        text.encode()
    except ValueError:
        return "\ufffd"
    return text
