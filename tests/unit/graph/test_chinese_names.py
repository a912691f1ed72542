"""Laws of names in Chinese text."""

import pytest

from shared.domain.graph import EntityType
from tests.unit.graph.reading import read, types_of


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("他在石峤工厂工作。", "石峤工厂", EntityType.ORGANIZATION),
        ("合同由朴石密封件有限公司签字。", "朴石密封件有限公司", EntityType.ORGANIZATION),
        ("她毕业于澄湾大学。", "澄湾大学", EntityType.ORGANIZATION),
        ("工厂位于石峤半岛。", "石峤半岛", EntityType.LOCATION),
        ("他去了浙江省。", "浙江省", EntityType.LOCATION),
        ("这是东屿事件的起因。", "东屿事件", EntityType.EVENT),
        ("燕鸥三号浮标在海上。", "燕鸥三号浮标", EntityType.PRODUCT),
        ("它采用缓脉协议。", "缓脉协议", EntityType.TECHNOLOGY),
        ("它通过了雨房测试。", "雨房测试", EntityType.PROCESS),
        ("这是自由主义。", "自由主义", EntityType.CONCEPT),
        ("2025年8月14日下雨。", "2025年8月14日", EntityType.DATE),
        ("预算为360万元。", "360万元", EntityType.METRIC),
    ],
)
def test_a_name_gets_the_type_that_its_ending_speaks_for(text: str, name: str, kind: EntityType) -> None:
    assert types_of(text)[name] is kind


@pytest.mark.parametrize(
    "text",
    [
        "总经理林晓燕来了。",
        "林晓燕总经理来了。",
        "项目由林晓燕负责。",
        "林晓燕汇报了结果。",
        "主持人：林晓燕",
        "出席：顾青舟、林晓燕",
        "林晓燕 (Lin Xiaoyan) 来了。",
    ],
)
def test_a_family_and_a_given_name_are_a_person_where_something_beside_them_says_so(text: str) -> None:
    assert types_of(text)["林晓燕"] is EntityType.PERSON


def test_without_a_sign_beside_it_a_word_that_begins_like_a_family_name_is_no_person() -> None:
    assert EntityType.PERSON not in types_of("高度和温度都在方案里。").values()


def test_a_person_known_from_one_place_is_found_in_the_others() -> None:
    found = [mention.start for mention in read("总经理林晓燕来了。大家等林晓燕同意。").mentions]
    assert found == [3, 12]


def test_a_foreign_name_with_a_dot_is_a_person_without_the_role_before_it() -> None:
    assert types_of("首席执行官玛伦·奥克赫斯特就任。")["玛伦·奥克赫斯特"] is EntityType.PERSON


@pytest.mark.parametrize(("text", "name"), [("他读《玉台新咏》。", "玉台新咏"), ("台风“夜鹰”过境。", "夜鹰")])
def test_what_stands_in_title_or_quotation_marks_is_a_name(text: str, name: str) -> None:
    assert name in types_of(text)


def test_a_quoted_sentence_is_no_name() -> None:
    assert "这是我们的事" not in types_of("她说“这是我们的事”。")


def test_a_count_and_its_measure_word_are_no_part_of_a_name() -> None:
    assert "燕鸥三号浮标" in types_of("召回412台燕鸥三号浮标。")


def test_a_name_inside_a_longer_name_is_a_name_too() -> None:
    assert {"石峤工厂", "石峤工厂工程部"} <= types_of("他隶属于石峤工厂工程部。").keys()


def test_a_latin_series_belongs_to_the_chinese_name_before_it() -> None:
    assert {"白杓鹬 W2", "W2"} <= types_of("生产白杓鹬 W2 水质探头。").keys()


def test_a_word_cut_elsewhere_in_two_is_kept_where_it_is_one() -> None:
    assert "共和国银行" in types_of("他在共和国银行工作。")


@pytest.mark.parametrize("word", ["子公司", "全部", "该公司", "日本南部", "城市"])
def test_a_word_that_only_ends_like_a_name_is_none(word: str) -> None:
    assert word not in types_of(f"他说{word}。")


def test_a_year_is_the_same_in_both_languages() -> None:
    assert types_of("成立于2009年。")["2009"] is types_of("Founded in 2009 there.")["2009"] is EntityType.DATE
