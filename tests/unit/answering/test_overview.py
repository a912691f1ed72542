"""Reports are told by the chunks that carry them, fitted beside what search found, and digested without a model."""

from dataclasses import replace

from shared.answering.carried_report import carried_report
from shared.answering.digest import MOST_TOLD, OF_ONE_PASSAGE, digest
from shared.answering.extractive_answer import extractive_answer
from shared.answering.fit_overview import REPORT_SHARE, fit_overview
from shared.answering.no_evidence import says_no_evidence
from shared.answering.statements import statements
from shared.domain.answers import Hit, Reported
from shared.text.tokens import count_tokens
from tests.unit.answering.samples import hit, passages, prompt

PUMPS = hit("The feed pump runs at 40 bar. Ada Quill checks it every Monday.")
VALVES = hit("The relief valve opens at 52 bar. Bruno Vale of Tern Works built it.")
MEMBRANE = hit("织光膜由唐一苇于2021年在云麓工厂发明。湿度过高时必须停线。")
CHUNKS = [each.chunk for each in (PUMPS, VALVES, MEMBRANE)]
QUESTION = "Give an overview of the plant."


def told(report: str) -> list[str]:
    """What each chunk carries of a report, "" where it carries nothing."""
    carried = carried_report(report, CHUNKS)
    return [carried.get(chunk.id, "") for chunk in CHUNKS]


def test_a_quoted_sentence_is_carried_by_the_chunk_that_holds_it() -> None:
    report = "The feed pump runs at 40 bar. Bruno Vale of Tern Works built it."
    assert told(report) == ["The feed pump runs at 40 bar.", "Bruno Vale of Tern Works built it.", ""]
    assert told("湿度过高时必须停线。织光膜由唐一苇于2021年在云麓工厂发明。")[2].count("\n") == 1


def test_a_models_own_sentence_is_carried_by_the_chunk_that_holds_most_of_it() -> None:
    assert told("At 52 bar the relief valve opens.") == ["", "At 52 bar the relief valve opens.", ""]


def test_what_no_chunk_carries_is_not_told() -> None:
    assert told("The company was sold to Nightjar Holdings for nine million.") == ["", "", ""]
    assert told("") == ["", "", ""]
    assert carried_report("The feed pump runs at 40 bar.", []) == {}


def test_a_sentence_that_two_chunks_hold_is_told_once() -> None:
    twin = replace(PUMPS.chunk, id="twin")
    assert list(carried_report("The feed pump runs at 40 bar.", [PUMPS.chunk, twin])) == [PUMPS.chunk.id]


def hits(count: int) -> list[Hit]:
    return [hit(f"Note {number}: " + "the pump house was painted again. " * 12) for number in range(count)]


def test_reports_come_behind_what_search_found_and_are_cited_as_their_chunks() -> None:
    reported = [Reported(VALVES, "The relief valve opens at 52 bar.")]
    asked, shown = fit_overview(QUESTION, [PUMPS], reported, 4000)
    assert shown == (PUMPS, VALVES)
    assert [each.number for each in asked.passages] == [1, 2]
    assert asked.passages[1].text == "The relief valve opens at 52 bar."


def test_reports_take_their_share_of_the_tokens_and_search_has_the_rest() -> None:
    reported = [Reported(hit(f"Source {n}."), f"Report {n}: " + "valves were checked. " * 10) for n in range(60)]
    found = hits(60)
    asked, shown = fit_overview(QUESTION, found, reported, 2000)
    of_search = sum(each in found for each in shown)
    tokens = [count_tokens(each.title) + count_tokens(each.text) + 12 for each in asked.passages]
    assert 0.7 * REPORT_SHARE * 2000 < sum(tokens[of_search:]) <= REPORT_SHARE * 2000
    assert 0.7 * 2000 < sum(tokens) <= 2000


def test_a_report_adds_nothing_to_a_passage_that_is_shown_whole() -> None:
    asked, shown = fit_overview(QUESTION, [PUMPS], [Reported(PUMPS, "The feed pump runs at 40 bar.")], 4000)
    assert (len(asked.passages), shown) == (1, (PUMPS,))


def test_without_reports_the_passages_have_all_the_tokens() -> None:
    _, shown = fit_overview(QUESTION, hits(60), (), 2000)
    _, beside = fit_overview(QUESTION, hits(60), [Reported(VALVES, "The valve. " * 200)], 2000)
    assert len(shown) > len(beside)


MANY = [
    f"Site {number} builds part {chr(97 + number) * 4} for the plant. The weather was fine." for number in range(20)
]


def test_a_global_question_is_answered_with_a_digest_of_many_passages() -> None:
    pieces = extractive_answer(prompt("Give an overview of the plant and its sites.", *MANY))
    assert len(pieces) == MOST_TOLD
    assert len({piece.rsplit("[", 1)[1] for piece in pieces}) > MOST_TOLD // OF_ONE_PASSAGE - 1


def test_a_digest_says_nothing_twice_and_no_passage_more_than_its_part() -> None:
    found = statements(passages(*["The pump was painted. It is red. It was sold. It is old."] * 3))
    chosen = digest("Give an overview.", found)
    assert len({each.text for each in chosen}) == len(chosen)
    assert max(sum(each.number == number for each in chosen) for number in (1, 2, 3)) <= OF_ONE_PASSAGE
    assert digest("Give an overview.", []) == []


def test_a_survey_of_what_no_passage_speaks_of_finds_no_evidence() -> None:
    for question in ("Summarise the main themes of Hamlet.", "总结一下唐朝的主要事件。"):
        assert says_no_evidence("".join(extractive_answer(prompt(question, *MANY))))
    assert says_no_evidence("".join(extractive_answer(prompt("What are these documents about?"))))


def test_a_digest_speaks_the_language_of_the_question_where_the_passages_do() -> None:
    parts = (
        "pump",
        "valve",
        "boiler",
        "filter",
        "turbine",
        "crane",
        "furnace",
        "kiln",
        "press",
        "lathe",
        "mixer",
        "oven",
    )
    units = ("水泵", "阀门", "锅炉", "滤芯", "涡轮", "吊车", "熔炉", "窑炉", "冲床", "车床", "搅拌机", "烤箱")
    english = [f"The {part} of the plant was checked in week {week}." for week, part in enumerate(parts)]
    chinese = [f"工厂的{unit}在第{week}周接受了检查。" for week, unit in enumerate(units)]
    found = statements(passages(*[each for pair in zip(english, chinese, strict=True) for each in pair]))
    for question, own in (("Give an overview.", english), ("请概括一下。", chinese)):
        assert sum(each.text in own for each in digest(question, found)) >= MOST_TOLD - 2
    alone = statements(passages(*chinese))
    assert digest("Give an overview of the plant.", alone)


def test_a_survey_that_names_no_subject_is_a_digest_of_everything() -> None:
    for question in ("What are these documents about?", "这些资料主要讲什么？"):
        assert len(extractive_answer(prompt(question, *MANY))) == MOST_TOLD
