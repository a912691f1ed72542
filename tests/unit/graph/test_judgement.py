"""Laws of asking a model whether names are one."""

import pytest

from shared.domain.resolution import Doubt, Verdict
from shared.graph.judgement import END, PAIRS, RULES, answered, task, verdict_key
from shared.text.tokens import count_tokens

HOLMES = Doubt("holmes", "sherlock holmes", "c1", "c2")
TEXTS = {"c1": "Then Holmes laughed.", "c2": "Mr Sherlock\nHolmes lived in Baker Street."}


def test_a_task_shows_each_name_with_the_words_around_it_on_one_line() -> None:
    made = task([HOLMES], TEXTS)
    assert made.rules == RULES
    assert made.material.splitlines() == [
        "1 A: holmes -- Then Holmes laughed.",
        "1 B: sherlock holmes -- Mr Sherlock Holmes lived in Baker Street.",
    ]


def test_a_full_task_of_long_passages_stays_small() -> None:
    long = {"c1": "word " * 1000 + "holmes " + "word " * 1000, "c2": "字" * 2000 + "sherlock holmes" + "字" * 2000}
    assert count_tokens(task([HOLMES] * PAIRS, long).material) < 20_000


def test_a_passage_that_is_gone_or_does_not_spell_the_name_breaks_nothing() -> None:
    assert "1 B: sherlock holmes -- \n" in task([HOLMES], {}).material + "\n"
    assert task([HOLMES], {"c1": "Nothing."}).material.startswith("1 A: holmes -- Nothing.")


def test_a_whole_answer_says_something_of_every_pair() -> None:
    judged = answered(3, f"1|same\n| 2 | Different |\n{END}")
    assert judged.problem == ""
    assert judged.verdicts == {0: Verdict.SAME, 1: Verdict.DIFFERENT, 2: Verdict.UNSURE}


def test_of_an_answer_that_was_cut_the_whole_rows_hold() -> None:
    judged = answered(3, "1|same\n2|differe")
    assert judged.verdicts == {0: Verdict.SAME}
    assert "cut" in judged.problem


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "nothing"),
        ("I am sorry.", "prose"),
        (f"They are the same.\n{END}", "prose"),
        (f"7|same\n0|same\n{END}", "prose"),
    ],
)
def test_nothing_is_believed_of_an_answer_without_a_row_that_holds(text: str, why: str) -> None:
    judged = answered(2, text)
    assert judged.verdicts == {}
    assert why in judged.problem


def test_the_first_word_on_a_pair_holds() -> None:
    assert answered(1, f"1|same\n1|different\n{END}").verdicts == {0: Verdict.SAME}


def test_a_verdict_is_named_by_the_two_names_and_by_who_gives_it() -> None:
    turned = Doubt("sherlock holmes", "holmes", "c8", "c9")
    assert verdict_key("one", HOLMES) == verdict_key("one", turned)
    assert verdict_key("one", HOLMES) != verdict_key("other", HOLMES)
