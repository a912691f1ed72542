"""Which entities a question names."""

from shared.retrieval.seeds import question_entities

KNOWN = {"site": 0, "tern robotics": 1, "seal rings": 2, "harbour": 3, "密封圈": 4, "heron": 5}


def test_a_small_lettered_word_is_no_name_in_a_question_that_writes_names_large() -> None:
    assert question_entities("Which site does Tern Robotics lead?", KNOWN) == [1]
    assert question_entities("Which Site does Tern Robotics lead?", KNOWN) == [0, 1]


def test_a_question_in_small_letters_may_name_anything() -> None:
    assert question_entities("which site does tern robotics lead?", KNOWN) == [0, 1]
    assert question_entities("Which harbour is it?", KNOWN) == [3]


def test_several_small_lettered_words_are_a_name_where_one_is_not() -> None:
    assert question_entities("Who makes the seal rings for Heron?", KNOWN) == [2, 5]


def test_chinese_names_have_no_capitals_to_need() -> None:
    assert question_entities("Heron 的密封圈由谁供应？", KNOWN) == [5, 4]
