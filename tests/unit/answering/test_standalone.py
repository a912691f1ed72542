"""Follow-ups that are searched for without the conversation before them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.answering.standalone import standalone
from shared.domain.answers import Turn

REVENUE = (Turn("user", "What was the revenue in 2022?"), Turn("assistant", "498 million yuan [1]."))
PLANT = (Turn("user", "Where is the Shiqiao plant?"), Turn("assistant", "Near Chengwan [1]."))


@pytest.mark.parametrize(
    ("history", "question", "searched"),
    [
        (REVENUE, "and in 2023?", "What was the revenue in 2023?"),
        (REVENUE, "What about 2023?", "What was the revenue in 2023?"),
        (REVENUE, "Why?", "What was the revenue in 2022? Why?"),
        (PLANT, "And the Yunlu plant?", "Where is the Shiqiao plant? And the Yunlu plant?"),
        (PLANT, "Who leads it?", "Who leads it? (Shiqiao)"),
        (PLANT, "Who leads that plant?", "Who leads that plant? (Shiqiao)"),
        ((Turn("user", "2022年的收入是多少？"),), "那2023年呢？", "2023年的收入是多少？"),
        ((Turn("user", "石峤工厂在哪里？"),), "云麓工厂呢？", "石峤工厂在哪里？ 云麓工厂呢？"),
        ((Turn("user", "林晓燕是谁？"),), "她负责什么？", "她负责什么？ (林晓燕是谁？)"),
    ],
)
def test_a_follow_up_takes_over_what_it_leaves_out(history: tuple[Turn, ...], question: str, searched: str) -> None:
    assert standalone(question, history) == searched


@pytest.mark.parametrize(
    "question",
    [
        "When was the company founded?",
        "In which year was the company founded?",
        "Who leads the Yunlu plant, and where was she born?",
        "By when will it be repaired at Port Ellery?",
        "云麓工厂由谁负责？",
    ],
)
def test_a_question_that_stands_alone_stays_as_it_is(question: str) -> None:
    assert standalone(question, PLANT) == question


@given(st.text(max_size=100))
def test_without_a_conversation_every_question_stays_as_it_is(question: str) -> None:
    assert standalone(question, ()) == question


@given(st.text(max_size=100), st.text(max_size=3000))
def test_what_is_taken_over_is_bounded(question: str, before: str) -> None:
    assert len(standalone(question, (Turn("user", before),))) <= len(question) + 1100
