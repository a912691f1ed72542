"""What a base may set about the reading of its documents, and what comes of it."""

from itertools import pairwise

import pytest

from infra.local.parsing.encoding import decode
from shared.domain.base_settings import FEWEST_TOKENS, MOST_TOKENS, BaseSettings, ChunkSize
from shared.domain.documents import Block, BlockKind, ParsedDocument
from shared.domain.errors import BadRequest
from shared.ingestion.chunking import chunk
from shared.ingestion.plain_text import plain_text
from shared.text.tokens import count_tokens


def prose(paragraphs: int) -> ParsedDocument:
    """A document of one section in paragraphs of sentences that all differ."""
    texts = [
        " ".join(f"Lamp {number}-{sentence} of the tower burns with a steady light." for sentence in range(6))
        for number in range(paragraphs)
    ]
    return ParsedDocument("Lamps", tuple(Block(BlockKind.PARAGRAPH, text) for text in texts), 1)


@pytest.mark.parametrize("tokens", [FEWEST_TOKENS, 200, 400, MOST_TOKENS])
def test_chunks_are_as_large_as_they_are_set_to(tokens: int) -> None:
    sizes = [count_tokens(each.text) for each in chunk("d", prose(120), ChunkSize(tokens))]
    assert max(sizes) <= 1.05 * tokens
    assert sum(sizes) / len(sizes) >= 0.6 * tokens


@pytest.mark.parametrize("overlap", [0, 1, 30, 100])
def test_a_chunk_begins_with_the_end_of_the_one_before(overlap: int) -> None:
    document = prose(40)
    plain, apart = plain_text(document), chunk("d", document, ChunkSize(200))
    made = chunk("d", document, ChunkSize(200, overlap))
    assert [each.end for each in made] == [each.end for each in apart]
    for former, each in pairwise(made):
        shared = plain[each.start : max(each.start, former.end)]
        assert count_tokens(shared) <= overlap
        assert bool(shared) is (overlap >= 30)
    assert all(each.text == plain[each.start : each.end] for each in made)


def test_no_chunk_reaches_over_its_heading() -> None:
    blocks = [Block(BlockKind.HEADING, "A", level=1), *prose(1).blocks, Block(BlockKind.HEADING, "B", level=1)]
    made = chunk("d", ParsedDocument("t", (*blocks, Block(BlockKind.PARAGRAPH, "Short.")), 1), ChunkSize(200, 100))
    assert [each.text for each in made if each.heading_path == ("B",)] == ["Short."]


@pytest.mark.parametrize(
    "settings",
    [
        {"chunk_tokens": FEWEST_TOKENS}, {"chunk_tokens": MOST_TOKENS, "chunk_overlap": MOST_TOKENS // 2},
        {"chunk_overlap": 200}, {"extraction": "model"}, {"language": "zh"}, {},
    ],
)  # fmt: skip
def test_settings_that_can_be(settings: dict[str, object]) -> None:
    assert BaseSettings(**settings).mark == ("" if not settings else BaseSettings(**settings).mark)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "settings",
    [
        {"chunk_tokens": FEWEST_TOKENS - 1}, {"chunk_tokens": MOST_TOKENS + 1}, {"chunk_overlap": 201},
        {"chunk_overlap": -1}, {"chunk_tokens": 100, "chunk_overlap": 51}, {"extraction": "nobody"}, {"language": "xx"},
    ],
)  # fmt: skip
def test_settings_that_cannot_be(settings: dict[str, object]) -> None:
    with pytest.raises(BadRequest, match=r"chunk|extraction|language"):
        BaseSettings(**settings)  # type: ignore[arg-type]


def test_the_mark_tells_settings_apart() -> None:
    settings = [BaseSettings(), BaseSettings(200), BaseSettings(200, 0), BaseSettings(None, 200), BaseSettings(200, 20)]
    assert len({each.mark for each in settings}) == len(settings)


def test_the_language_settles_what_bytes_leave_open() -> None:
    rare = "鳜鱼鳢鲮鲻鳊鲂鳙".encode("gbk")
    assert decode(rare, "zh") == "鳜鱼鳢鲮鲻鳊鲂鳙"
    accents = "Größe".encode("cp1252")
    assert decode(accents, "en") == "Größe"
    assert decode("灯塔的高度".encode("gbk"), "en") != "灯塔的高度"
    for language in ("", "en", "zh"):
        assert decode("灯塔 Größe".encode(), language) == "灯塔 Größe"
