"""Reranking a search: what is shown to the reranker, what it costs, and what stays where it fails."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from shared.domain.access import BaseKey, Principal, Scope
from shared.domain.answers import Hit, Question, Relevance, Retrieval
from shared.domain.errors import (
    BudgetExceeded,
    ContentBlocked,
    DeadlineExceeded,
    KnowledgeError,
    ModelUnavailable,
    RateLimited,
)
from shared.domain.money import Money, Price, TokenUsage
from shared.money.prices import PriceList
from shared.services.rerank import LOOKED_AT, RerankedSearch
from shared.services.spend import SpendGate
from tests.unit.answering.samples import hit
from tests.unit.services.test_write import CountingLedger

WHO = Principal("local", "ann")
READ = TokenUsage(input=1000)


class Found:
    """A retriever that finds numbered passages, the best first."""

    def __init__(self, count: int) -> None:
        self.asked: list[int] = []
        self._hits = tuple(replace(hit(f"passage {place}"), score=1 / (1 + place)) for place in range(count))

    async def find(self, question: Question) -> Retrieval:
        self.asked.append(question.top_k)
        return Retrieval(self._hits[: question.top_k], ("Ada",), ("1",), "graph")


class LastFirst:
    """A reranker that turns the list round, or fails."""

    name = "reranker"

    def __init__(self, error: Exception | None = None, usage: TokenUsage | None = READ) -> None:
        self.shown: list[int] = []
        self._error, self._usage = error, usage

    async def rerank(self, question: Question, hits: Sequence[Hit]) -> Relevance:
        self.shown.append(len(hits))
        if self._error:
            raise self._error
        return Relevance(tuple(float(place) for place in range(len(hits))), self._usage)


class Poor(CountingLedger):
    """A ledger that refuses every reservation."""

    async def reserve(self, reservation: object, now: float) -> None:
        raise BudgetExceeded("the day's money is spent")


def search(count: int, reranker: LastFirst, ledger: CountingLedger | None = None) -> RerankedSearch:
    gate = SpendGate(ledger or CountingLedger(), PriceList({"reranker": Price(1.0)}))  # type: ignore[arg-type]
    return RerankedSearch(Found(count), reranker, gate)  # type: ignore[arg-type]


def question(top_k: int = 3, use_rerank: bool = True) -> Question:
    return Question(WHO, Scope(BaseKey("local", "base"), WHO.labels), "Who?", top_k=top_k, use_rerank=use_rerank)


def texts(found: Retrieval) -> list[str]:
    return [each.chunk.text for each in found.hits]


async def test_the_order_is_the_rerankers_and_scores_fall_along_it() -> None:
    found = await search(5, LastFirst()).find(question())
    assert texts(found) == ["passage 4", "passage 3", "passage 2"]
    assert [each.score for each in found.hits] == [1, 1 / 2, 1 / 3]
    assert (found.entities, found.entity_ids, found.method) == (("Ada",), ("1",), "graph")


@pytest.mark.parametrize(("count", "shown"), [(19, 19), (20, 20), (21, 20), (40, 20)])
async def test_twenty_passages_are_looked_at_however_few_are_asked_for(count: int, shown: int) -> None:
    reranker = LastFirst()
    await search(count, reranker).find(question(top_k=1))
    assert reranker.shown == [shown]


async def test_what_stands_behind_the_twentieth_stays_where_it_was() -> None:
    found = await search(30, LastFirst()).find(question(top_k=22))
    assert texts(found)[0] == "passage 19"
    assert texts(found)[LOOKED_AT:] == ["passage 20", "passage 21"]


async def test_without_the_option_nothing_is_reranked_and_no_more_is_searched_for() -> None:
    reranker = LastFirst()
    made = search(5, reranker)
    found = await made.find(question(use_rerank=False))
    assert texts(found) == ["passage 0", "passage 1", "passage 2"]
    assert (reranker.shown, made.retriever.asked) == ([], [3])  # type: ignore[attr-defined]
    assert not found.reranking.took_part


@pytest.mark.parametrize("count", [0, 1])
async def test_of_one_passage_there_is_no_other_order(count: int) -> None:
    reranker = LastFirst()
    found = await search(count, reranker).find(question())
    assert reranker.shown == []
    assert (found.reranking.took_part, found.reranking.failed) == (False, False)


async def test_a_call_is_settled_with_what_the_reranker_counted() -> None:
    ledger = CountingLedger()
    found = await search(5, LastFirst(), ledger).find(question())
    assert (ledger.open, ledger.settled) == (set(), [READ])
    assert found.reranking.took_part
    assert found.reranking.cost == Money.of_usd(0.001)


async def test_one_that_does_not_count_is_settled_as_estimated() -> None:
    ledger = CountingLedger()
    found = await search(5, LastFirst(usage=None), ledger).find(question())
    assert ledger.settled[0].input > 5
    assert found.reranking.cost > Money()


@pytest.mark.parametrize(
    ("error", "settled"),
    [
        (RateLimited("later"), 0),
        (ModelUnavailable("gone"), 0),
        (DeadlineExceeded("too late"), 1),
        (ContentBlocked("no"), 1),
    ],
)
async def test_where_the_reranker_fails_the_order_of_the_search_stays(error: KnowledgeError, settled: int) -> None:
    ledger = CountingLedger()
    found = await search(5, LastFirst(error), ledger).find(question())
    assert texts(found) == ["passage 0", "passage 1", "passage 2"]
    assert (found.reranking.took_part, found.reranking.failed) == (False, True)
    assert (ledger.open, len(ledger.settled)) == (set(), settled)
    assert (found.reranking.cost > Money()) == bool(settled)


async def test_where_the_money_is_spent_the_order_of_the_search_stays() -> None:
    reranker = LastFirst()
    found = await search(5, reranker, Poor()).find(question())
    assert texts(found) == ["passage 0", "passage 1", "passage 2"]
    assert (reranker.shown, found.reranking.failed, found.reranking.cost) == ([], True, Money())


async def test_a_defect_of_the_reranker_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        await search(5, LastFirst(ZeroDivisionError())).find(question())
