"""Laws of the terms that are indexed and searched."""

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from shared.text.terms import LONGEST, index_terms, query_terms

ANY_TEXT = st.text(st.characters(exclude_categories=[]))


def test_words_are_stemmed_and_the_emptiest_are_left_out() -> None:
    assert index_terms("The buoys were tested at the Plants") == ["buoy", "test", "plant"]


def test_a_chinese_run_gives_its_characters_and_its_pairs() -> None:
    assert index_terms("燕鸥三") == ["燕", "鸥", "三", "燕鸥", "鸥三"]


def test_a_run_ends_at_punctuation_and_at_a_latin_word() -> None:
    assert index_terms("石，峤W2工") == ["石", "峤", "w2", "工"]


def test_width_case_and_thousands_make_no_difference() -> None:
    assert index_terms("Ｔｅｒｎ 1,740") == index_terms("tern 1740") == ["tern", "1740"]


def test_a_decimal_is_one_term() -> None:
    assert index_terms("0.08 mm") == ["0.08", "mm"]


def test_a_possessive_is_found_by_the_bare_word() -> None:
    assert index_terms("Heronmark’s") == index_terms("Heronmark's") == index_terms("Heronmark")


def test_a_question_searches_for_what_it_asks_about() -> None:
    assert query_terms("Who is the designer of the Tern-3 buoy?") == ["design", "tern", "3", "buoy"]


def test_a_chinese_question_searches_for_pairs_without_question_words() -> None:
    terms = query_terms("云麓工厂在哪里？")
    assert {"云麓", "麓工", "工厂"} <= set(terms)
    assert not {"哪里", "云", "厂"} & set(terms)


def test_a_lone_chinese_character_is_searched_for() -> None:
    assert query_terms("W2 膜") == ["w2", "膜"]


def test_a_question_of_question_words_alone_keeps_them() -> None:
    assert query_terms("什么？") == ["什", "么", "什么"]
    assert query_terms("who?") == ["who"]


@given(ANY_TEXT)
def test_every_searched_term_is_an_indexed_one(text: str) -> None:
    assert set(query_terms(text)) <= set(index_terms(text))


@given(ANY_TEXT)
def test_a_term_is_short_has_no_space_and_can_be_stored(text: str) -> None:
    for term in index_terms(text):
        assert 0 < len(term) <= LONGEST + 3
        assert not any(map(str.isspace, term))
        term.encode("utf-8")


def test_a_word_without_end_is_cut_into_pieces() -> None:
    assert len(index_terms("x" * (LONGEST * 3))) == 3


def test_threads_that_stem_at_once_get_what_one_alone_gets() -> None:
    texts = [" ".join(f"running{number} walks{number}" for number in range(start, start + 400)) for start in range(40)]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(index_terms, texts))
    assert together == [index_terms(text) for text in texts]
