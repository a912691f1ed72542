"""Communities are ranked by the question's words in their reports, then by size."""

from shared.domain.graph import Community
from shared.retrieval.community_ranking import ranked_communities


def community(id: str, title: str, report: str, rank: float) -> Community:
    return Community(id, title, report, ("a", "b"), rank, ("c",))


BUOYS = community("1", "Tern-3", "The buoy is moored in the bay.", 0.5)
SEALS = community("2", "SR-40", "The seal ring failed, and the supplier was suspended.", 0.2)
MEMBRANES = community("3", "织光膜", "织光膜由云麓工厂生产，湿度过高时停线。", 0.3)
EVERY = [BUOYS, SEALS, MEMBRANES]


def test_the_community_whose_report_holds_the_rarest_words_of_the_question_comes_first() -> None:
    assert ranked_communities("Summarise what happened to the seal suppliers.", EVERY)[0] == SEALS
    assert ranked_communities("概述织光膜的生产。", EVERY)[0] == MEMBRANES


def test_a_title_counts_like_the_report_below_it() -> None:
    assert ranked_communities("An overview of SR-40", EVERY)[0] == SEALS


def test_without_a_word_of_any_report_the_largest_comes_first() -> None:
    assert ranked_communities("What are these documents about?", EVERY) == [BUOYS, MEMBRANES, SEALS]


def test_of_nothing_the_ranking_is_empty() -> None:
    assert ranked_communities("Give an overview.", []) == []
