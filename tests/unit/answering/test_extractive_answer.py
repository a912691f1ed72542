"""Answers that quote their passages word for word."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.answering.extractive_answer import extractive_answer
from shared.answering.no_evidence import EVIDENCE, SENTENCES, evidence, no_evidence, says_no_evidence
from shared.answering.statements import LONGEST, MOST_READ, statements
from shared.domain.answers import Passage, Prompt
from tests.unit.answering.samples import passages, prompt

COMPANY = (
    "The Tern-3 buoy is built at the Shiqiao plant. It weighs 140 kg. Buoys are tested in the harbour.",
    "The Shiqiao plant is led by Lin Xiaoyan, who has been plant director since March 2021. The canteen opens at noon.",
    "The Yunlu plant makes the Curlew W2 probe. Its director is He Muchuan.",
)


def answer(question: str, *texts: str, title: str = "") -> str:
    return "".join(extractive_answer(prompt(question, *texts, title=title)))


def test_every_statement_is_quoted_word_for_word_and_cited() -> None:
    text = answer("Who leads the Shiqiao plant?", *COMPANY)
    quoted = re.findall(r"(.+?) \[(\d)\](?: |\Z)", text)
    assert quoted
    assert all(sentence in COMPANY[int(number) - 1] for sentence, number in quoted)


def test_a_question_over_two_passages_is_answered_from_both() -> None:
    text = answer("Which plant builds the Tern-3 buoy, and who leads that plant?", *COMPANY)
    assert "built at the Shiqiao plant. [1]" in text
    assert "led by Lin Xiaoyan" in text


def test_the_title_of_a_passage_that_a_statement_names_is_the_second_hop() -> None:
    shown = (
        Passage(1, "Tern-3", "The Tern-3 is a buoy built by Shiqiao Works."),
        Passage(2, "Yunlu Works", "The company was founded in 1970 and its head is He Muchuan."),
        Passage(3, "Shiqiao Works", "The company was founded in 1958 and its head is Lin Xiaoyan."),
    )
    text = "".join(extractive_answer(Prompt("Who is head of the company that built the Tern-3 buoy?", shown)))
    assert "Lin Xiaoyan" in text
    assert "He Muchuan" not in text or text.index("Lin Xiaoyan") < text.index("He Muchuan")


def test_a_chinese_question_is_answered_from_chinese_passages() -> None:
    text = answer(
        "石峤工厂由谁负责？", "燕鸥三号在石峤工厂生产。食堂中午开放。", "石峤工厂由林晓燕负责。她于2021年上任。"
    )
    assert text.startswith("石峤工厂由林晓燕负责。 [2]")


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("When was the pump installed?", "The pump was installed in 2019.", "The pump was installed with care."),
        ("How many pumps were installed?", "Pumps were installed, 14 of them.", "Pumps were installed by the river."),
        ("Who installed the pump?", "The pump was installed by Ana Silva.", "The pump was installed on a plinth."),
        ("水泵是什么时候安装的？", "水泵于2019年安装。", "水泵已经安装完成。"),
        ("安装了多少台水泵？", "一共安装水泵14台。", "安装水泵需要小心。"),
    ],
)
def test_a_statement_with_the_kind_of_thing_asked_for_comes_first(question: str, right: str, wrong: str) -> None:
    assert answer(question, f"{wrong} {right}").startswith(right)


def test_a_row_of_a_table_answers_with_the_help_of_its_heading_row() -> None:
    table = "Machine | Service interval | Owner\nLoom 3 | 30 days | Wang Lei\nLoom 4 | 45 days | He Muchuan"
    assert answer("What is the service interval of Loom 4?", table).startswith("Loom 4 | 45 days | He Muchuan [1]")


def test_a_sentence_that_begins_with_a_pronoun_comes_with_the_one_before_it() -> None:
    text = answer("How much does it weigh?", "The Tern-3 buoy is built at Shiqiao. It weighs 140 kg.")
    assert text == "The Tern-3 buoy is built at Shiqiao. [1] It weighs 140 kg. [1]"


def test_the_same_sentence_in_two_passages_is_said_once() -> None:
    text = answer("At which pressure does the pump run?", *["The pump runs at a pressure of 40 bar."] * 3)
    assert text == "The pump runs at a pressure of 40 bar. [1]"


def test_reference_marks_of_a_passage_are_not_taken_for_citations() -> None:
    text = answer("At which pressure does the pump run?", "The pump runs at a pressure of 40 bar [3][12].")
    assert text == "The pump runs at a pressure of 40 bar. [1]"


@pytest.mark.parametrize(
    ("question", "language"),
    [("What is the capital of Mongolia?", "en"), ("蒙古的首都是哪里？", "zh"), ("Tern-9 由谁生产？", "zh")],
)
def test_without_evidence_the_answer_says_so_in_the_language_of_the_question(question: str, language: str) -> None:
    text = answer(question, "The canteen opens at noon.", "食堂中午开放。")
    assert text == SENTENCES[language]
    assert says_no_evidence(text)


@pytest.mark.parametrize("texts", [(), ("",), ("   ", "\n")])
def test_no_passages_are_no_evidence(texts: tuple[str, ...]) -> None:
    assert answer("Who leads the plant?", *texts) == no_evidence("Who leads the plant?")


@pytest.mark.parametrize(("shared", "enough"), [(2, False), (3, True)])
def test_evidence_is_enough_from_its_threshold_on(shared: int, enough: bool) -> None:
    # Nine rare words, each of the same weight; the passage holds two or three of them.
    words = ["alder", "birch", "cedar", "dogwood", "elm", "fir", "ginkgo", "hazel", "ivy"]
    passage = f"Near the {' and the '.join(words[:shared])} stands a bench."
    question = f"Are {' '.join(words)} there?"
    held = evidence(question, statements(passages(passage)))
    assert (held >= EVIDENCE) == enough
    assert says_no_evidence(answer(question, passage)) != enough


@given(st.text(min_size=1, max_size=60), st.lists(st.text(max_size=200), max_size=4))
def test_any_text_gives_an_answer_of_at_most_three_statements_that_stand_in_it(question: str, texts: list[str]) -> None:
    pieces = extractive_answer(prompt(question, *texts))
    assert 1 <= len(pieces) <= 3
    numbers = [int(re.findall(r"\[(\d+)\]\Z", piece)[0]) for piece in pieces if not says_no_evidence(piece)]
    assert all(1 <= number <= len(texts) for number in numbers)


@pytest.mark.parametrize(
    "line",
    [
        "The pump was built in 1998 by Ana Silva. ",
        "水泵由林晓燕负责。",
        "x",
        "a | b\n",
        "水",
        "[[1]",
        "pump, ",
        ". ",
        "A.B.",
    ],
)
def test_fifty_passages_of_100_kilobytes_are_answered_in_bounded_time(line: str) -> None:
    large = tuple(Passage(number, "pump", (line * 100_000)[:100_000]) for number in range(1, 51))
    # Half a second each; without the bounds it takes minutes, which the timeout of the suite ends.
    assert len(extractive_answer(Prompt("Who built the pump 水泵 " * 400, large))) in (1, 2, 3)


def test_a_passage_is_read_up_to_its_bound_and_no_further() -> None:
    end = "The pump ends."
    filler = "The pump runs. " * 1000
    at_the_bound = filler[: MOST_READ - len(end) - 2] + ". " + end
    assert end in [each.text for each in statements(passages(at_the_bound))]
    assert end not in [each.text for each in statements(passages(" " + at_the_bound))]


def test_a_statement_is_cut_only_above_its_longest() -> None:
    assert [len(each.text) for each in statements(passages("x" * LONGEST))] == [LONGEST]
    assert [len(each.text) for each in statements(passages("x" * (LONGEST + 1)))] == [LONGEST, 1]
