"""Which questions one answer serves, and which only look alike."""

import pytest

from shared.likeness.chinese_numbers import in_figures
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
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_asks_the_same_is_alike_where_the_vectors_are_not_far_apart(one: str, other: str) -> None:
    assert likeness(core(one), core(other), 0.8) >= ALIKE


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_asks_something_else_is_not_alike_however_near_the_vectors(one: str, other: str) -> None:
    assert likeness(core(one), core(other), 1.0) < ALIKE


@pytest.mark.parametrize(("cosine", "is_alike"), [(0.74, True), (0.72, False)])
def test_the_vectors_of_english_questions_have_a_say(cosine: float, is_alike: bool) -> None:
    one, other = SAME[0]
    assert (likeness(core(one), core(other), cosine) >= ALIKE) is is_alike


@pytest.mark.parametrize("odd", ["", "?", "？！", "   ", "\x00", "🙂", "的", "is", "的" * 300, "what is " * 40])
def test_an_odd_question_is_like_itself(odd: str) -> None:
    assert likeness(core(odd), core(odd), 1.0) == pytest.approx(1.0)


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
