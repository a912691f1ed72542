"""Whatever bytes come in, a parser reads them or says why not."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.local.parsing.kinds import Kind
from infra.local.parsing.limits import Limits
from infra.local.parsing.parser import LocalParser
from shared.domain.errors import DocumentUnreadable
from shared.ingestion.chunking import chunk
from shared.ingestion.plain_text import plain_text

SAMPLES = sorted((Path(__file__).parents[2] / "samples" / "company").iterdir())
PARSER = LocalParser(Limits(unpacked_bytes=8 << 20, part_bytes=4 << 20))
UNSEEN = {"\0", "\r", "\x02", "\ufeff", "\u202e", "\u200f"}
ENDINGS = st.sampled_from([*Kind, "doc", "", "MD"])


def read(name: str, content: bytes) -> None:
    """Parse and chunk; any error but DocumentUnreadable fails the test."""
    try:
        parsed = PARSER.read(name, content)
    except DocumentUnreadable:
        return
    text = plain_text(parsed)
    assert UNSEEN.isdisjoint(text)
    assert parsed.title
    assert parsed.pages >= max(block.page for block in parsed.blocks) >= 1
    chunks = chunk("d", parsed)
    assert chunks
    text.encode("utf-8")


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=600), ending=ENDINGS)
def test_any_bytes_under_any_name(content: bytes, ending: str) -> None:
    read(f"a.{ending}", content)


@settings(max_examples=150, deadline=None)
@given(text=st.text(st.sampled_from("#*_`[]()|<>/!\"',;\n\t -=&a字\0") | st.characters(), max_size=400), ending=ENDINGS)
def test_any_text_under_any_name(text: str, ending: str) -> None:
    read(f"a.{ending}", text.encode("utf-8", "surrogatepass"))


PAGE_PIECES = st.sampled_from(
    [
        *("<p>", "</p>", "<table>", "<tr>", "<td>", "</td>", "<ul>", "<li>", "<h1>", "</h1>", "<br>", "<pre>", "<nav>"),
        *("<script>", "<!--", "-->", "<title>", "<svg>", "<main>", "a ", "&lt;", "&#xD800;", "<b>", "</b>", "<header>"),
    ]
)


@settings(max_examples=150, deadline=None)
@given(pieces=st.lists(PAGE_PIECES, max_size=60))
def test_any_nesting_of_elements(pieces: list[str]) -> None:
    read("a.html", f"<html>{''.join(pieces)}".encode())


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.suffix + file.stem[:8])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(draw=st.data())
def test_any_damage_to_a_real_document(file: Path, draw: st.DataObject) -> None:
    content = bytearray(file.read_bytes())
    for _ in range(draw.draw(st.integers(1, 4))):
        place = draw.draw(st.integers(0, len(content)))
        length = draw.draw(st.integers(0, 200))
        content[place : place + length] = draw.draw(st.binary(max_size=20))
    read(file.name, bytes(content[: draw.draw(st.integers(0, len(content)))] if draw.draw(st.booleans()) else content))
