"""Server-sent events, read from bytes that come in any pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.openai_compatible.event_reader import LONGEST_LINE, EventReader
from shared.domain.errors import ModelUnavailable

ENDS = st.sampled_from(["\n", "\r\n", "\r"])
LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=12)


def read(*pieces: bytes) -> list[bytes]:
    reader = EventReader()
    return [data for piece in pieces for data in reader.feed(piece)]


@given(st.lists(st.lists(LINE, min_size=1, max_size=3), max_size=5), ENDS, st.data())
def test_every_event_is_read_however_the_stream_is_cut_into_pieces(
    events: list[list[str]], end: str, data: st.DataObject
) -> None:
    stream = "".join("".join(f"data: {line}{end}" for line in lines) + end for lines in events).encode()
    pieces, place = [], 0
    while place < len(stream):
        size = data.draw(st.integers(1, 20))
        pieces.append(stream[place : place + size])
        place += size
    # A line's end of one character is over only with what follows it.
    assert read(*pieces, b": the next\n") == ["\n".join(lines).encode() for lines in events]


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b"data:one\n\ndata:  two\n\n", [b"one", b" two"]),
        (b": ping\n\nid: 1\nevent: delta\nretry: 5\ndata: x\n\n\n", [b"x"]),
        (b"data: not over\n", []),
        (b"data\n\ndatum: x\n\n", []),
        (b"data: a\n\ndata: b\n\ndata: c", [b"a", b"b"]),
        (b"", []),
    ],
)
def test_only_the_data_of_whole_events_counts(stream: bytes, events: list[bytes]) -> None:
    assert read(stream) == events


@pytest.mark.parametrize("beyond", [0, 1])
def test_a_line_that_does_not_end_is_given_up(beyond: int) -> None:
    line = b"data: ".ljust(LONGEST_LINE + beyond, b"x")
    if not beyond:
        assert read(line, b"\n\n") == [line[6:]]
        return
    with pytest.raises(ModelUnavailable, match="does not end"):
        read(line)
