"""Laws of cutting a text into sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.text.sentences import sentences

ANY_TEXT = st.text(st.characters(exclude_categories=[]))
PUNCTUATED = st.text(st.sampled_from(list('aB 1.!?。！？；…”’"\n|\r-Mr\x00\ud800石')))


def pieces(text: str) -> list[str]:
    return [span.of(text) for span in sentences(text)]


@given(ANY_TEXT | PUNCTUATED)
def test_everything_but_white_space_is_in_exactly_one_sentence(text: str) -> None:
    spans = sentences(text)
    ends = [0, *[span.end for span in spans]]
    assert all(end <= span.start < span.end for end, span in zip(ends, spans, strict=False))
    gaps = [text[end:start] for end, start in zip(ends, [*[span.start for span in spans], len(text)], strict=True)]
    assert not "".join(gaps).strip()


@given(ANY_TEXT | PUNCTUATED)
def test_a_sentence_has_no_white_space_at_its_ends(text: str) -> None:
    assert all(piece == piece.strip() != "" for piece in pieces(text))


def test_english_sentences_end_at_their_marks() -> None:
    assert pieces("It rained. Was it cold? Yes! We left.") == ["It rained.", "Was it cold?", "Yes!", "We left."]


@pytest.mark.parametrize(
    "sentence",
    [
        "Mr. Smith met Dr. Jones.",
        "He joined the U.S. Army in May.",
        "It cost $3.5 million in all.",
        "Books by J. K. Rowling sell well.",
        "See Fig. 3 for the curve.",
        "Oxbow Co. Ltd. made the cells.",
        "1. Open the lid.",
        "“What?” he said.",
    ],
)
def test_a_full_stop_inside_a_sentence_does_not_end_it(sentence: str) -> None:
    assert pieces(sentence) == [sentence]


def test_an_abbreviation_before_an_opening_word_ends_the_sentence() -> None:
    assert pieces("He moved to the U.S. The army took him.") == ["He moved to the U.S.", "The army took him."]


def test_a_closing_quote_belongs_to_the_sentence_it_closes() -> None:
    assert pieces('"Stop." She left.') == ['"Stop."', "She left."]
    assert pieces("他说：“好。”然后走了。") == ["他说：“好。”", "然后走了。"]


def test_chinese_sentences_end_at_their_marks_without_a_space() -> None:
    assert pieces("真的吗？是的！厚度为0.08毫米；很薄。") == ["真的吗？", "是的！", "厚度为0.08毫米；", "很薄。"]


def test_rows_and_list_lines_are_sentences_of_their_own() -> None:
    assert pieces("Site | Staff\nYunlu | 204\n\n- one\n- two") == ["Site | Staff", "Yunlu | 204", "- one", "- two"]


def test_a_paragraph_wrapped_at_a_width_is_not_cut_at_its_line_ends() -> None:
    text = "The harbour master kept a heron on the roof of the\nCustom House for eleven years."
    assert pieces(text) == [text]
