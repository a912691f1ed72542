"""Which questions one answer serves, and which only look alike."""

import time

import pytest

from shared.likeness.chinese import words as chinese
from shared.likeness.chinese.numbers import in_figures
from shared.likeness.english import words as english
from shared.likeness.likeness import ALIKE, core, likeness
from shared.likeness.signs import spelt

SAME = [
    ("How tall is the old mill?", "What is the height of the old mill?"),
    ("Who inspects the boiler?", "Who is the inspector of the boiler?"),
    ("Hello, can you tell me when the ferry departs?", "What time does the ferry leave?"),
    ("How many people does gate three let through per hour?", "How many people does gate 3 let through per hour?"),
    ("钟楼有多高？", "请问钟楼的高度是多少？"),
    ("渡轮什么时候出发？", "渡轮几点开出？"),
    ("三号门在哪里？", "3号门在什么地方？"),
    ("What is the name of the captain?", "Who is the captain?"),
    ("When is the report due?", "By when must the report be submitted?"),
    ("How many people does the hall seat?", "What is the seating capacity of the hall?"),
    ("How fast can the ferry go?", "What is the ferry's top speed?"),
    ("Is it mandatory to wear a badge?", "Do I have to wear a badge?"),
    ("To whom does the pilot report?", "Who does the pilot report to?"),
    ("渡轮最快能开多快？", "渡轮的最高速度是多少？"),
    ("船长叫什么名字？", "船长是谁？"),
    ("钥匙丢了怎么办？", "钥匙丢失后该如何处理？"),
    ("什么导致了停航？", "停航的原因是什么？"),
    ("周日开放吗？", "星期天开门吗？"),
]
DIFFERENT = [
    ("How tall is the old mill?", "How old is the tall mill?"),
    ("Is plan A faster than plan B?", "Is plan B faster than plan A?"),
    ("Who hired Bo Lind?", "Who did Bo Lind hire?"),
    ("Which parts of C++ are used?", "Which parts of C# are used?"),
    ("What is allowed at -5 degrees?", "What is allowed at 5 degrees?"),
    ("What happened on 5/12?", "What happened on 12/5?"),
    ("Which rooms are heated?", "Which rooms aren't heated?"),
    ("Who may enter without a badge?", "Who may enter with a badge?"),
    ("谁聘用了林博？", "林博聘用了谁？"),
    ("甲队比乙队快吗？", "乙队比甲队快吗？"),
    ("成都有多少人口？", "拉萨有多少人口？"),
    ("第十二条说什么？", "第二十条说什么？"),
    ("哪些房间供暖？", "哪些房间不供暖？"),
    ("Who leads the mill?", "谁负责磨坊？"),
    ("What must I bring aboard?", "What may I bring aboard?"),
    ("Do visitors have to register?", "Can visitors register?"),
    ("Do you ship to Tern?", "Do you ship from Tern?"),
    ("Who trains the crew?", "Who is trained by the crew?"),
    ("上船必须带什么？", "上船可以带什么？"),
    ("可以寄到滕恩吗？", "可以从滕恩寄吗？"),
    ("红队击败了哪支队？", "哪支队击败了红队？"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_asks_the_same_is_alike_where_the_vectors_are_not_far_apart(one: str, other: str) -> None:
    assert likeness(core(one), core(other), 0.8) >= ALIKE


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_asks_something_else_is_not_alike_however_near_the_vectors(one: str, other: str) -> None:
    assert likeness(core(one), core(other), 1.0) < ALIKE


@pytest.mark.parametrize(("cosine", "is_alike"), [(0.61, True), (0.59, False)])
def test_the_vectors_of_english_questions_have_a_say(cosine: float, is_alike: bool) -> None:
    one, other = SAME[0]
    assert (likeness(core(one), core(other), cosine) >= ALIKE) is is_alike


@pytest.mark.parametrize("odd", ["", "?", "？！", "   ", "\x00", "🙂", "的", "is", "的" * 300, "what is " * 40])
def test_an_odd_question_is_like_itself(odd: str) -> None:
    assert likeness(core(odd), core(odd), 1.0) == pytest.approx(1.0)


@pytest.mark.parametrize("way", ["from the pier to the mill and to the gate", "从码头到磨坊到大门"])
def test_a_question_that_points_twice_is_like_itself(way: str) -> None:
    assert likeness(core(way), core(way), 1.0) == pytest.approx(1.0)


@pytest.mark.parametrize("words", [english.SAME, chinese.SAME])
def test_no_word_stands_in_two_groups_of_those_that_ask_for_the_same(words: frozenset[str]) -> None:
    every = [word for entry in words for head, others in [entry.split(":")] for word in {head, *others.split(",")}]
    assert sorted(every) == sorted(set(every))


@pytest.mark.parametrize(
    "piece", ["when deadline ", "what is the name of the ", "how long is a ", "多少到", "请问", "什么距离", "能装多少"]
)
def test_no_question_of_the_longest_kind_takes_long(piece: str) -> None:
    began = time.process_time()
    core((piece * 300)[:300])
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    ("written", "figures"),
    [
        ("三千零五十", "3050"),
        ("十七", "17"),
        ("二〇二四", "2024"),
        ("五万", "50000"),
        ("两亿三千万", "230000000"),
        ("万一", "万1"),
        ("百货", "百货"),
    ],
)
def test_chinese_numbers_are_read(written: str, figures: str) -> None:
    assert in_figures(written) == figures


def test_signs_are_spelt_out_and_hyphens_are_not() -> None:
    assert spelt("p-101 at -5").split() == ["p-101", "at", "minus", "5"]
