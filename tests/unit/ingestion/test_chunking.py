"""Chunks: where a document is cut, what each chunk knows of its place, and what an edit leaves as it was."""

from itertools import chain, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.base_settings import ChunkSize
from shared.domain.documents import Block, BlockKind, Chunk, ParsedDocument, chunk_id
from shared.ingestion.chunking import chunk
from shared.ingestion.pieces import LONGEST_REPEATED_HEAD, LONGEST_ROW
from shared.ingestion.plain_text import plain_text
from shared.ingestion.windows import FEWEST
from shared.text.tokens import count_tokens

WORDS = ["river", "engine", "ledger", "winter", "copper", "harbour", "signal", "orchard", "lantern", "valley", "marble"]


def parsed(*blocks: Block, title: str = "Plan") -> ParsedDocument:
    return ParsedDocument(title, blocks, pages=max((block.page for block in blocks), default=1))


def heading(text: str, level: int = 1, page: int = 1) -> Block:
    return Block(BlockKind.HEADING, text, page=page, level=level)


def paragraph(text: str, page: int = 1) -> Block:
    return Block(BlockKind.PARAGRAPH, text, page=page)


def sentence(number: int) -> str:
    chosen = [WORDS[(number * step + step) % len(WORDS)] for step in range(3, 15)]
    return f"Sentence {number} tells of the {' and the '.join(chosen)}."


def long_paragraphs(count: int, sentences_each: int = 3) -> list[Block]:
    return [
        paragraph(" ".join(sentence(number * sentences_each + index) for index in range(sentences_each)))
        for number in range(count)
    ]


def table(rows: int, head: str = "part | count | price") -> Block:
    body = [f"ring number {number} | {number} | {number * 7} yuan" for number in range(rows)]
    return Block(BlockKind.TABLE, "\n".join([head, *body]))


def ids(chunks: list[Chunk]) -> list[str]:
    return [each.id for each in chunks]


class TestSections:
    def test_no_chunk_spans_two_headings_and_each_knows_its_path(self) -> None:
        in_a, in_b, in_c = [heading("A"), paragraph("In a.")], [heading("B", 2), paragraph("In b.")], [heading("C")]
        document = parsed(paragraph("Before."), *in_a, *in_b, *in_c, paragraph("In c."))
        assert [(each.heading_path, each.text) for each in chunk("d", document)] == [
            ((), "Before."),
            (("A",), "In a."),
            (("A", "B"), "In b."),
            (("C",), "In c."),
        ]

    def test_a_level_left_out_does_not_bind_later_headings_to_earlier_ones(self) -> None:
        document = parsed(heading("A", 1), heading("B", 3), paragraph("b"), heading("C", 2), paragraph("c"))
        assert [each.heading_path for each in chunk("d", document)] == [("A", "B"), ("A", "C")]

    def test_a_heading_with_nothing_under_it_is_found_by_a_chunk_of_its_own(self) -> None:
        document = parsed(heading("A"), heading("B", 2), heading("C", 2), paragraph("c"), heading("D"))
        assert [(each.heading_path, each.text) for each in chunk("d", document)] == [
            (("A",), "B"),
            (("A", "C"), "c"),
            ((), "D"),
        ]

    def test_every_heading_stands_in_what_is_searched(self) -> None:
        names = ["One", "Two", "Three", "Four", "Five"]
        document = parsed(*(heading(name, level) for name, level in zip(names, [1, 2, 1, 3, 2], strict=True)))
        searched = "\n".join(each.headed_text for each in chunk("d", document))
        assert all(name in searched for name in names)

    def test_ordinals_count_up_and_the_title_is_the_documents(self) -> None:
        chunks = chunk("d", parsed(*long_paragraphs(60)))
        assert [each.ordinal for each in chunks] == [*range(len(chunks))]
        assert {each.title for each in chunks} == {"Plan"}


class TestSize:
    def test_running_text_is_cut_into_chunks_of_300_to_400_tokens(self) -> None:
        chunks = chunk("d", parsed(*long_paragraphs(200)))
        sizes = [count_tokens(each.text) for each in chunks]
        assert len(sizes) > 20
        assert all(size <= 1.03 * ChunkSize().tokens for size in sizes)
        assert sum(size >= 0.97 * FEWEST * ChunkSize().tokens for size in sizes) >= 0.7 * len(sizes)

    @pytest.mark.parametrize(("sentences", "chunks"), [(8, 1), (9, 2)])
    def test_a_section_is_one_chunk_up_to_400_tokens(self, sentences: int, chunks: int) -> None:
        text = " ".join(map(sentence, range(sentences)))
        assert (count_tokens(text) <= ChunkSize().tokens) is (chunks == 1)
        assert len(chunk("d", parsed(paragraph(text)))) == chunks

    def test_the_last_two_chunks_of_a_section_are_parted_near_their_middle(self) -> None:
        first, second = chunk("d", parsed(*long_paragraphs(12, 1)))
        assert abs(count_tokens(first.text) - count_tokens(second.text)) <= 150

    def test_cuts_stand_at_the_ends_of_paragraphs_where_there_is_one(self) -> None:
        document = parsed(*long_paragraphs(100, 2))
        ends = {block.text[-20:] for block in document.blocks}
        assert all(each.text[-20:] in ends for each in chunk("d", document))

    @pytest.mark.parametrize(
        "text", ["word " * 3000, "字" * 3000, "a" * 20_000, "，".join(["子句很多"] * 900), "😀" * 2000]
    )
    def test_a_monster_sentence_is_cut_at_the_bound(self, text: str) -> None:
        document = parsed(paragraph(text.strip()))
        chunks = chunk("d", document)
        assert all(count_tokens(each.text) <= 1.05 * ChunkSize().tokens for each in chunks)
        covered = [(each.start, each.end) for each in chunks]
        assert covered[0][0] == 0


class TestTables:
    def test_every_chunk_of_a_long_table_begins_with_the_heading_row(self) -> None:
        chunks = chunk("d", parsed(table(200)))
        assert len(chunks) > 3
        assert all(each.text.split("\n")[0] == "part | count | price" for each in chunks)

    def test_rows_stay_whole_and_none_is_lost_or_doubled(self) -> None:
        block = table(200)
        rows = [row for each in chunk("d", parsed(block)) for row in each.text.split("\n")[1:]]
        assert rows == block.text.split("\n")[1:]

    def test_a_chunk_with_a_repeated_heading_row_counts_it_in_its_size(self) -> None:
        head = " | ".join(f"column {number}" for number in range(25))
        chunks = chunk("d", parsed(table(200, head)))
        assert all(count_tokens(each.text) <= 1.03 * ChunkSize().tokens for each in chunks)

    @pytest.mark.parametrize("over", [False, True])
    def test_a_heading_row_is_repeated_up_to_its_limit(self, over: bool) -> None:
        head = "a | " + "b" * round(LONGEST_REPEATED_HEAD * 4.05 - 6 + 8 * over)
        assert (count_tokens(head) > LONGEST_REPEATED_HEAD) is over
        second = chunk("d", parsed(table(200, head)))[1]
        assert second.text.startswith(head) is not over

    def test_offsets_of_a_cut_table_name_the_rows_without_the_repeated_heading_row(self) -> None:
        document = parsed(paragraph("Before."), table(200))
        second = chunk("d", document)[1]
        assert second.text == f"part | count | price\n{plain_text(document)[second.start : second.end]}"

    @pytest.mark.parametrize("over", [False, True])
    def test_a_long_row_stays_whole_up_to_its_limit(self, over: bool) -> None:
        row = "word " * round(LONGEST_ROW * 4.05 / 5 + 20 * over - 5) + "end"
        assert (count_tokens(row) > LONGEST_ROW) is over
        texts = [each.text for each in chunk("d", parsed(Block(BlockKind.TABLE, f"head\n{row}\nlast")))]
        assert any(row in text for text in texts) is not over


class TestCode:
    def test_code_that_fits_is_never_cut(self) -> None:
        code = "\n\n".join(f"def function_{number}():\n    return {number}" for number in range(25))
        assert count_tokens(code) < ChunkSize().tokens
        chunks = chunk("d", parsed(*long_paragraphs(20), Block(BlockKind.CODE, code), *long_paragraphs(20)))
        assert sum(code in each.text for each in chunks) == 1

    def test_code_that_does_not_fit_is_cut_between_lines(self) -> None:
        lines = [f"value_{number} = compute({number}, 'some argument')" for number in range(300)]
        chunks = chunk("d", parsed(Block(BlockKind.CODE, "\n".join(lines))))
        assert [line for each in chunks for line in each.text.split("\n")] == lines


class TestPlaces:
    def test_offsets_name_the_text_of_every_ordinary_chunk(self) -> None:
        document = parsed(heading("A"), *long_paragraphs(30), heading("B"), *long_paragraphs(30))
        text = plain_text(document)
        assert all(text[each.start : each.end] == each.text for each in chunk("d", document))

    def test_the_page_is_that_of_the_first_character(self) -> None:
        document = parsed(
            paragraph("One."), paragraph("Two.", page=2), heading("A", page=3), paragraph("Three.", page=4)
        )
        assert [each.page for each in chunk("d", document)] == [1, 4]

    def test_ids_come_from_document_headings_and_text(self) -> None:
        (only,) = chunk("d", parsed(heading("A"), paragraph("One.")))
        assert only.id == chunk_id("d", ("A",), "One.")

    def test_a_repeated_passage_is_kept_once_and_the_first_stays(self) -> None:
        document = parsed(
            heading("A"), paragraph("Same."), heading("A"), paragraph("Same."), heading("A"), paragraph("New.")
        )
        first, second = chunk("d", document)
        assert (first.text, first.start, first.ordinal) == ("Same.", 3, 0)
        assert (second.text, second.ordinal) == ("New.", 1)


class TestEdits:
    @pytest.mark.parametrize("sentences_each", [1, 3, 7])
    @pytest.mark.parametrize("position", [0, 40])
    def test_a_paragraph_put_in_leaves_most_chunks_as_they_were(self, sentences_each: int, position: int) -> None:
        blocks = long_paragraphs(600 // sentences_each, sentences_each)
        new = paragraph("A new paragraph that was not here before. It changes little.")
        edited = [*blocks[:position], new, *blocks[position:]]
        before, after = ids(chunk("d", parsed(*blocks))), ids(chunk("d", parsed(*edited)))
        kept = len(set(before) & set(after))
        assert kept >= 0.7 * len(before)

    def test_an_edit_in_one_section_leaves_the_others_as_they_were(self) -> None:
        sections = [[heading(f"S{number}"), *long_paragraphs(3 + number)] for number in range(6)]
        before = chunk("d", parsed(*chain(*sections)))
        sections[2][1] = paragraph("Changed.")
        after = set(ids(chunk("d", parsed(*chain(*sections)))))
        assert all(each.id in after for each in before if each.heading_path != ("S2",))

    def test_the_same_document_gives_the_same_chunks(self) -> None:
        assert chunk("d", parsed(*long_paragraphs(50))) == chunk("d", parsed(*long_paragraphs(50)))

    @settings(max_examples=30, deadline=None)
    @given(position=st.integers(0, 200), words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=60))
    def test_any_paragraph_put_anywhere_leaves_more_than_half_as_it_was(self, position: int, words: list[str]) -> None:
        blocks = long_paragraphs(200)
        edited = [*blocks[:position], paragraph(f"{' '.join(words)}."), *blocks[position:]]
        before, after = ids(chunk("d", parsed(*blocks))), ids(chunk("d", parsed(*edited)))
        assert len(set(before) & set(after)) > 0.5 * len(before)


BLOCKS = st.lists(
    st.builds(
        Block,
        kind=st.sampled_from(BlockKind),
        text=st.text(st.sampled_from("ab。.! \n|字，") | st.characters(), min_size=1, max_size=600).filter(str.strip),
        page=st.integers(1, 5),
        level=st.integers(1, 6),
    ),
    max_size=25,
)


@settings(max_examples=150, deadline=None)
@given(blocks=BLOCKS)
def test_every_visible_character_of_a_body_is_in_a_chunk_at_the_place_it_names(blocks: list[Block]) -> None:
    document = parsed(*blocks)
    text = plain_text(document)
    chunks = chunk("d", document)
    for each in chunks:
        body = text[each.start : each.end]
        assert each.text == body or each.text.endswith(f"\n{body}")
        assert each.text.strip()
    found = "".join("".join(each.headed_text.split()) for each in chunks)
    assert {character for block in blocks for character in "".join(block.text.split())} <= set(found)


@given(blocks=BLOCKS)
@settings(max_examples=50, deadline=None)
def test_chunks_come_in_order_and_do_not_overlap(blocks: list[Block]) -> None:
    assert all(first.end <= second.start for first, second in pairwise(chunk("d", parsed(*blocks))))
