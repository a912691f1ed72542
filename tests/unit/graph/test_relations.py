"""Laws of relations between the names of a sentence."""

import pytest

from shared.domain.graph import RelationType
from shared.graph.relations import LEAST, MOST_NAMES, NEAR
from tests.unit.graph.reading import read, relations_of

ENGLISH = [
    ("The Shiqiao plant is led by Lin Xiaoyan.", ("lin xiaoyan", "WORKS_FOR", "shiqiao plant")),
    ("Audrey Finch works for Saltmarsh Radio.", ("audrey finch", "WORKS_FOR", "saltmarsh radio")),
    ("Maren Oakhurst is the chief executive of Heronmark Instruments.",
     ("maren oakhurst", "WORKS_FOR", "heronmark instruments")),
    ("Brannock Studio is located in Port Ellery.", ("brannock studio", "LOCATED_IN", "port ellery")),
    ("Saltmarsh Radio is headquartered in Chengwan.", ("saltmarsh radio", "LOCATED_IN", "chengwan")),
    ("Tidebook was designed by Bai Wangshu.", ("tidebook", "CREATED_BY", "bai wangshu")),
    ("Bai Wangshu designed Tidebook.", ("tidebook", "CREATED_BY", "bai wangshu")),
    ("Isolde Farrow is the founder of Heronmark Instruments.",
     ("heronmark instruments", "CREATED_BY", "isolde farrow")),
    ("Brannock Studio is a subsidiary of Saltmarsh Radio.", ("brannock studio", "PART_OF", "saltmarsh radio")),
    ("Hollis Penbrook is a member of the Harbour Council.", ("hollis penbrook", "MEMBER_OF", "harbour council")),
    ("Heronmark Instruments acquired Saltmarsh Radio.", ("heronmark instruments", "OWNS", "saltmarsh radio")),
    ("Saltmarsh Radio was acquired by Heronmark Instruments.", ("heronmark instruments", "OWNS", "saltmarsh radio")),
    ("Pushi Seals manufactures the SR-40.", ("pushi seals", "PRODUCES", "sr 40")),
    ("The SR-41 is supplied by Fennimore Rubber.", ("fennimore rubber", "PRODUCES", "sr 41")),
    ("Port Ellery Works uses the Slow-Pulse protocol.", ("port ellery works", "USES", "slow pulse protocol")),
    ("Tidebook implements the Marlpit Standard.", ("tidebook", "IMPLEMENTS", "marlpit standard")),
    ("Tidebook depends on the Skerry Network.", ("tidebook", "DEPENDS_ON", "skerry network")),
    ("Typhoon Nightjar led to the Dongyu Incident.", ("typhoon nightjar", "CAUSES", "dongyu incident")),
    ("The Dongyu Incident was caused by Typhoon Nightjar.", ("typhoon nightjar", "CAUSES", "dongyu incident")),
    ("Oxbow Cell Works took part in the Brannock Conference.",
     ("oxbow cell works", "PARTICIPATED_IN", "brannock conference")),
    ("Saltmarsh Radio was founded on 3 April 2009.", ("saltmarsh radio", "OCCURRED_ON", "3 april 2009")),
    ("The Tern-3 is a kind of Skerry Buoy.", ("tern 3", "IS_A", "skerry buoy")),
]  # fmt: skip

CHINESE = [
    ("石峤工厂由林晓燕 (Lin Xiaoyan) 负责。", ("林晓燕", "WORKS_FOR", "石峤工厂")),
    ("石峤工厂厂长林晓燕来了。", ("林晓燕", "WORKS_FOR", "石峤工厂")),
    ("总经理林晓燕任职于石峤工厂。", ("林晓燕", "WORKS_FOR", "石峤工厂")),
    ("石峤工厂位于石峤半岛。", ("石峤工厂", "LOCATED_IN", "石峤半岛")),
    ("石峤工厂坐落于石峤半岛。", ("石峤工厂", "LOCATED_IN", "石峤半岛")),
    ("雨房实验室隶属于质量部。", ("雨房实验室", "PART_OF", "质量部")),
    ("缓脉协议由埃姆里斯·卡洛韦于2019年设计。", ("缓脉协议", "CREATED_BY", "埃姆里斯卡洛韦")),
    ("唐一苇发明了织光膜。", ("织光膜", "CREATED_BY", "唐一苇")),
    ("东屿渔业合作社拥有东屿平台。", ("东屿渔业合作社", "OWNS", "东屿平台")),
    ("青鹭仪器收购盐沼无线电公司。", ("青鹭仪器", "OWNS", "盐沼无线电")),
    ("盐沼无线电公司被青鹭仪器收购。", ("青鹭仪器", "OWNS", "盐沼无线电")),
    ("石峤工厂生产燕鸥三号浮标。", ("石峤工厂", "PRODUCES", "燕鸥三号浮标")),
    ("海燕模块采用缓脉协议。", ("海燕模块", "USES", "缓脉协议")),
    ("海燕模块依赖缓脉协议。", ("海燕模块", "DEPENDS_ON", "缓脉协议")),
    ("夜鹰地震导致东屿事件。", ("夜鹰地震", "CAUSES", "东屿事件")),
    ("云麓工厂参加东屿会议。", ("云麓工厂", "PARTICIPATED_IN", "东屿会议")),
    ("云麓工厂于2018年成立。", ("云麓工厂", "OCCURRED_ON", "2018")),
    ("燕鸥三号浮标是一种海洋平台。", ("燕鸥三号浮标", "IS_A", "海洋平台")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "relation"), ENGLISH + CHINESE)
def test_a_wording_states_its_relation_in_its_direction(text: str, relation: tuple[str, str, str]) -> None:
    assert relation in relations_of(text)


def test_every_type_of_relation_has_a_wording() -> None:
    stated = {relation[1] for _, relation in ENGLISH}
    assert stated | {"RELATED_TO"} == {each.value for each in RelationType}


def test_later_items_of_a_list_stand_in_the_same_relation() -> None:
    text = "Heronmark Instruments owns Saltmarsh Radio, Brannock Studio and Port Ellery Works."
    owned = {target for source, kind, target in relations_of(text) if kind == "OWNS"}
    assert owned == {"saltmarsh radio", "brannock studio", "port ellery works"}


def test_a_clause_without_a_subject_goes_on_about_the_first_name() -> None:
    assert ("石峤工厂", "PRODUCES", "燕鸥三号浮标") in relations_of("石峤工厂位于石峤半岛，生产燕鸥三号浮标。")


def test_behind_a_predicate_the_sentence_goes_on_about_its_subject() -> None:
    text = "Tidal Love is a Skerry Coast film directed by Isolde Farrow."
    assert ("tidal love", "CREATED_BY", "isolde farrow") in relations_of(text)


def test_behind_a_date_the_sentence_goes_on_about_its_first_name() -> None:
    assert ("青鹭仪器", "OWNS", "盐沼无线电") in relations_of("青鹭仪器于2020年收购盐沼无线电公司。")


def test_a_verb_behind_another_clause_states_nothing_about_the_name_before_it() -> None:
    assert relations_of("It came from Pushi Seals and belonged to Marlpit Castings.") == set()


def test_names_that_only_stand_in_one_sentence_are_weakly_related() -> None:
    (relation,) = read("Tidebook amazed Saltmarsh Radio.").relations
    assert relation.type is RelationType.RELATED_TO
    assert LEAST <= relation.confidence <= NEAR


def test_names_of_two_sentences_are_not_related() -> None:
    assert read("We like Tidebook. We like Brannock.").relations == ()


def test_a_relation_points_at_its_sentence() -> None:
    text = "It rained. Heronmark Instruments owns Saltmarsh Radio. It rained."
    (relation,) = read(text).relations
    assert text[relation.start : relation.end] == "Heronmark Instruments owns Saltmarsh Radio."


def test_a_relation_stated_twice_in_a_chunk_is_one_with_the_better_confidence() -> None:
    text = "Tidebook near Brannock Studio. Tidebook somewhere quite far away from the old Brannock Studio."
    (relation,) = read(text).relations
    assert relation.confidence > 0.45


@pytest.mark.parametrize("count", [MOST_NAMES - 1, MOST_NAMES, MOST_NAMES + 20])
def test_a_long_list_gives_at_most_two_relations_per_name(count: int) -> None:
    text = ", ".join(f"Tern{number} Alpha" for number in range(count)) + "."
    assert len(read(text).relations) <= 2 * min(count, MOST_NAMES)


def test_nothing_is_related_to_itself() -> None:
    assert read("Tidebook met Tidebook in Tidebook.").relations == ()


def test_a_person_does_not_employ_and_a_date_does_not_own() -> None:
    kinds = {kind for _, kind, _ in relations_of("Saltmarsh Radio works for Isolde Farrow.")}
    assert "WORKS_FOR" not in kinds
