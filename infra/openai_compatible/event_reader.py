"""Reads server-sent events from bytes as they come, however they are cut into pieces."""

import re
from collections.abc import Iterator

from shared.domain.errors import ModelUnavailable

LINE_END = re.compile(rb"\r\n|\n|\r")

LONGEST_LINE = 4_000_000
"""Bytes of one line; a model's whole answer in one event is far below."""


class EventReader:
    """Takes the data of each event out of a stream; their names and ids, and comments, say nothing of an answer."""

    def __init__(self) -> None:
        """Begin at the begin of a stream."""
        self._rest = b""
        self._data: list[bytes] = []

    def feed(self, received: bytes) -> Iterator[bytes]:
        """Yield the data of the events that end here. Raises ModelUnavailable for a line without an end."""
        text = self._rest + received
        # Behind a carriage return the other half of the line's end may follow.
        end = len(text) - text.endswith(b"\r")
        *lines, rest = LINE_END.split(text[:end])
        self._rest = rest + text[end:]
        if len(self._rest) > LONGEST_LINE:
            raise ModelUnavailable("the model's stream holds a line that does not end")
        for line in lines:
            if line.startswith(b"data:"):
                self._data.append(line[5:].removeprefix(b" "))
            elif not line and self._data:
                yield b"\n".join(self._data)
                self._data.clear()
