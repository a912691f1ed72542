"""Laws of statements that two names are one thing."""

import pytest

from shared.graph.resolution import MERGE
from tests.unit.graph.reading import read


def merged(text: str) -> set[tuple[str, str]]:
    return {(each.alias, each.key) for each in read(text).aliases if each.score >= MERGE}


def suspected(text: str) -> set[tuple[str, str]]:
    return {(each.alias, each.key) for each in read(text).aliases if each.score < MERGE}


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("The Shiqiao plant (石峤工厂) is large.", ("石峤工厂", "shiqiao plant")),
        ("石峤工厂由林晓燕 (Lin Xiaoyan) 负责。", ("林晓燕", "lin xiaoyan")),
        ("来自朴石密封件有限公司（Pushi Seals）的密封圈。", ("朴石密封件", "pushi seals")),
        ("首席执行官玛伦·奥克赫斯特 (Maren Oakhurst) 就任。", ("玛伦奥克赫斯特", "maren oakhurst")),
        ("白杓鹬 W2 水质探头 (Curlew Works) 上市。", ("白杓鹬w2水质探头", "curlew works")),
        ("一次合格率 (first-pass yield)\n说明", ("一次合格率", "first pass yield")),
        ("顾青舟　Gu Qingzhou\n林晓燕　Lin Xiaoyan", ("顾青舟", "gu qingzhou")),
        ("It was founded on 3 April 2009 in Chengwan (澄湾).", ("澄湾", "chengwan")),
    ],
)
def test_a_name_beside_itself_in_the_other_script_is_one_thing(text: str, pair: tuple[str, str]) -> None:
    assert pair in merged(text)


def test_an_acronym_whose_letters_match_is_one_thing() -> None:
    assert ("nba", "national basketball association") in merged("The National Basketball Association (NBA) met.")


def test_an_acronym_may_count_the_small_words() -> None:
    assert ("doj", "department of justice") in merged("The Department of Justice (DOJ) met.")


def test_letters_that_do_not_match_say_nothing() -> None:
    assert merged("The National Basketball Association (FIFA) met.") == set()


@pytest.mark.parametrize("wording", [", also known as the", " (also called", ", known as"])
def test_also_known_as_is_a_suspicion(wording: str) -> None:
    assert ("old shed", "luting house") in suspected(f"Near Luting House{wording} Old Shed) it rained.")


def test_a_short_form_that_the_text_defines_is_one_thing() -> None:
    assert ("合作社方", "东屿渔业合作社") in merged("东屿渔业合作社（以下简称“合作社方”）同意。")


def test_another_name_of_a_chinese_thing_is_a_suspicion() -> None:
    assert ("夜莺膜", "织光膜") in suspected("织光膜，又称夜莺膜，很薄。")


def test_a_series_with_its_kind_is_the_series() -> None:
    assert ("tern 3 buoy", "tern 3") in merged("The Tern-3 buoy sails. We sell the Tern-3.")


def test_a_kind_without_a_series_is_not_dropped() -> None:
    assert merged("The Shiqiao plant is near Shiqiao.") == set()


def test_the_last_name_of_a_person_named_in_full_is_a_suspicion() -> None:
    assert ("holmes", "sherlock holmes") in suspected("He met Sherlock Holmes. At noon Holmes left.")


def test_a_last_name_that_two_persons_share_says_nothing() -> None:
    text = "He met Sherlock Holmes and Mycroft Holmes. At noon Holmes left."
    assert suspected(text) == set()
