"""What sort of question is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.answering.question_class import COMPLEXITY, question_class

LABELLED = {
    "factual": (
        "When was the company founded?",
        "Who is the chief executive?",
        "How many pumps are in stock?",
        "What is the revenue target for 2026?",
        "Where is the harbour office?",
        "What caused the low cure temperature of the seal rings?",
        "Why does station SK-17 wait for a spare membrane?",
        "How long does the warranty last?",
        "On which day can visitors come to the plant?",
        "What does Lightweave mean?",
        "Is the Whisper Room open on Mondays?",
        "How do I reset the logger?",
        "Which clause covers strikes?",
        "What time does the canteen open?",
        "Who signed the lease?",
        "入职第一年有多少天年假？",
        "密封班组由谁负责？",
        "下一次董事会会议在哪里召开？",
        "出海作业补贴每天多少钱？",
        "2024年的静默小时是多少？",
        "涂布车间的相对湿度上限是多少？",
        "什么是雨房测试？",
        "公司是哪一年成立的？",
        "如何申请年假？",
        "水泵为什么停机？",
        "仓库几点开门？",
        "合同什么时候到期？",
        "食堂在几楼？",
    ),
    "multi_hop": (
        "Which plant builds the Tern-3 buoy, and who leads that plant?",
        "Who leads the plant that makes the Curlew W2 probe?",
        "Who leads the site where Tidebook is developed?",
        "When does the contract with the company that casts the hull end?",
        "Where is the maker of the SR-41 seal ring located?",
        "Who designed the seal on which the Tern-3B depends, and what is that person's post?",
        "Where was the builder of the Skerry lighthouse born?",
        "Which customer paid for the Whisper Room, and how many buoys does it use?",
        "What nationality is the director of the film Jaws?",
        "Charles Andrews graduated from a school in what city?",
        "Who invented the membrane of the probe that the Yunlu plant makes?",
        "Who chairs the committee that reports on suppliers in December?",
        "When did the strike begin? Which line did it stop?",
        "Who owns the array, and where is it?",
        "Who is the spouse of the author who wrote Emma?",
        "云麓工厂的厂长是谁，他在2024年对涂布工序作了什么决定？",
        "生产燕鸥三号浮标的工厂由谁负责？",
        "设计缓脉协议的人担任什么职务，向谁汇报？",
        "东屿事件中失效的密封圈由哪家公司供应，董事会对这家公司作出了什么决定？",
        "供应织光膜玻璃纤维布的公司位于哪里？",
        "召回的执行人是谁，她在哪里工作？",
        "静时制度是谁首创的，此人还研制了什么涂层？",
        "采用缓脉协议的模块，其主电路板备多长时间的用量？",
        "埃勒里港工厂的产品采用什么通信协议？",
        "把水温提高到36℃的人向谁汇报？",
        "燕鸥三号B型的设计由谁汇报，此人隶属于哪个部门？",
    ),
    "comparison": (
        "Which has the longer warranty, the Tern-3 or the Petrel Link?",
        "Does the contract with Pushi Seals or the one with Fennimore Rubber run longer?",
        "Are Christopher Nolan and Sathish Kalathil both film directors?",
        "Which magazine was published first, Guitar World or Science News?",
        "How do the two seal rings differ?",
        "Compare the Tern-2 with the Tern-3.",
        "Is the Yunlu plant older than the Shiqiao plant?",
        "What is the difference between a buoy and a probe?",
        "Were Ada Quill and Ben Orr of the same nationality?",
        "Which plant is larger, the Pterocarya or the Cotula?",
        "林晓燕和何牧川，谁担任厂长的时间更早？",
        "石峤工厂第三季度的一次合格率比第二季度高还是低？",
        "术语表与工艺规程的说法一致吗？",
        "流行语和新词之间有什么不同？",
        "两种密封圈有什么区别？",
        "燕鸥二号与燕鸥三号相比如何？",
        "对比两个工厂的产量。",
    ),
    "global": (
        "Give an overview of the documents.",
        "What are the main themes of the reports?",
        "Summarise the strategy.",
        "What are the key risks and trends across all documents?",
        "What topics are the documents about in general?",
        "Summarize the findings of the incident report.",
        "请总结这些文档的主要内容。",
        "概述公司的情况。",
        "这些资料主要讲了什么？",
        "公司面临的主要风险是什么？",
        "整体来看，公司今年的趋势是什么？",
    ),
    "conversational": ("Hello!", "Thank you", "hi, how are you?", "Good morning", "你好", "谢谢！", "再见。"),
}
CASES = [(question, kind) for kind, questions in LABELLED.items() for question in questions]


@pytest.mark.parametrize(("question", "kind"), CASES)
def test_a_question_is_of_its_labelled_sort(question: str, kind: str) -> None:
    assert question_class(question).type == kind


def test_the_strategy_follows_from_the_type() -> None:
    pairs = {(found.type, found.strategy) for question, _ in CASES if (found := question_class(question))}
    assert pairs == {
        ("factual", "local"),
        ("conversational", "local"),
        ("multi_hop", "multi_hop"),
        ("comparison", "comparison"),
        ("global", "global"),
    }


@pytest.mark.parametrize(
    ("question", "complexity"),
    [
        ("Who leads it?", "simple"),
        ("Who leads the plant that makes it?", "moderate"),
        ("Who leads the plant that makes it, and since when?", "complex"),
    ],
)
def test_a_question_is_as_complex_as_the_things_to_be_found_are_many(question: str, complexity: str) -> None:
    assert question_class(question).complexity == complexity


@given(st.text(max_size=300))
def test_any_text_has_a_class(question: str) -> None:
    assert question_class(question).complexity in COMPLEXITY


@pytest.mark.parametrize("line", ["the a of by ", "的人谁", "which , and who ", "A B or ", "和甲", "x" * 9, "? "])
def test_a_long_question_is_classified_in_bounded_time(line: str) -> None:
    assert question_class((line * 8000)[:8000]).type
