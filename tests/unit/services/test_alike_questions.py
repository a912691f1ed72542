"""Answers for questions in other words: found within one scope, bounded, and never a reason to fail."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from infra.local.answer_cache import MemoryAnswerCache
from shared.answering.shared_by_all import LONGEST
from shared.domain.access import BaseKey, Principal, Scope
from shared.domain.answers import Answer, Question, Turn
from shared.domain.errors import BudgetExceeded, KnowledgeError, ModelUnavailable
from shared.domain.money import Price
from shared.domain.vectors import Vectors
from shared.money.prices import PriceList
from shared.services.alike_questions import MOST_WORDINGS, AlikeQuestions
from shared.services.answer_levels import AnswerLevels
from shared.services.embedding import MOST_QUESTIONS, Embedding
from shared.services.spend import SpendGate
from tests.unit.services.test_write import CountingLedger

LABELS = frozenset({"everyone"})
BASE = BaseKey("acme", "b1")
HEIGHT = Question(Principal("acme", "ana", LABELS), Scope(BASE, LABELS), "How tall is the old mill?")
IN_OTHER_WORDS = replace(HEIGHT, text="What is the height of the old mill?")
ANSWER = Answer("Twelve metres [1]", (), (), (), 1.0, "small")


class OneWay:
    """An embedder whose vectors all point one way, or that fails."""

    name, dimensions = "one way", 4

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.error: KnowledgeError | None = None

    async def ping(self) -> None:
        """Answer."""

    async def embed(self, texts: Sequence[str]) -> Vectors:
        self.calls.append(list(texts))
        if self.error:
            raise self.error
        return np.tile(np.array([1, 0, 0, 0], np.float32), (len(texts), 1))


@pytest.fixture
def embedder() -> OneWay:
    return OneWay()


@pytest.fixture
def embedding(embedder: OneWay) -> Embedding:
    gate = SpendGate(CountingLedger(), PriceList({embedder.name: Price(1.0, 1.0)}))  # type: ignore[arg-type]
    return Embedding(embedder, None, gate)  # type: ignore[arg-type]


def alike_of(embedding: Embedding, entries: int = 10) -> AlikeQuestions:
    return AlikeQuestions(embedding, entries)


async def remembered(alike: AlikeQuestions, embedding: Embedding, *questions: Question, version: int = 1) -> None:
    """Remember questions as an answer does that searched for them by meaning."""
    for each in questions:
        await embedding.of_question(each.principal, each.text)
        alike.remember(each, version)


async def test_a_question_in_other_words_is_found(embedding: Embedding) -> None:
    alike = alike_of(embedding)
    await remembered(alike, embedding, HEIGHT)
    assert await alike.find(IN_OTHER_WORDS, 1) == [HEIGHT]


OTHERS = [
    replace(IN_OTHER_WORDS, principal=Principal("other", "ana", LABELS)),
    replace(IN_OTHER_WORDS, scope=Scope(BaseKey("acme", "b2"), LABELS)),
    replace(IN_OTHER_WORDS, scope=Scope(BASE, LABELS | {"board"})),
    replace(IN_OTHER_WORDS, top_k=9),
    replace(IN_OTHER_WORDS, history=(Turn("user", "Hello"),)),
    replace(IN_OTHER_WORDS, text="What is the height of the new mill?"),
]


@pytest.mark.parametrize("other", OTHERS)
async def test_another_scope_another_option_or_another_thing_finds_nothing(
    embedding: Embedding, other: Question
) -> None:
    alike = alike_of(embedding)
    await remembered(alike, embedding, HEIGHT)
    assert await alike.find(other, 1) == []
    assert await alike.find(IN_OTHER_WORDS, 2) == []


async def test_a_question_in_a_conversation_is_not_remembered(embedding: Embedding) -> None:
    alike, spoken = alike_of(embedding), replace(HEIGHT, history=(Turn("user", "Hello"),))
    await remembered(alike, embedding, spoken)
    assert alike.holding([BASE]).entries == 0


async def test_nothing_is_embedded_where_there_is_nothing_to_compare_with(
    embedding: Embedding, embedder: OneWay
) -> None:
    alike = alike_of(embedding)
    alike.remember(HEIGHT, 1)
    assert await alike.find(IN_OTHER_WORDS, 1) == []
    assert embedder.calls == []


@pytest.mark.parametrize("error", [ModelUnavailable("away"), BudgetExceeded("spent")])
async def test_an_embedder_that_cannot_be_asked_makes_a_miss(
    embedding: Embedding, embedder: OneWay, error: KnowledgeError
) -> None:
    alike = alike_of(embedding)
    await remembered(alike, embedding, HEIGHT)
    embedder.error = error
    assert await alike.find(IN_OTHER_WORDS, 1) == []


async def test_the_least_recently_used_question_goes_first(embedding: Embedding) -> None:
    alike = alike_of(embedding, entries=2)
    mills = [replace(HEIGHT, text=f"How tall is the {name} mill?") for name in ("old", "new", "grey")]
    await remembered(alike, embedding, *mills[:2])
    assert await alike.find(IN_OTHER_WORDS, 1)
    await remembered(alike, embedding, mills[2])
    assert await alike.find(IN_OTHER_WORDS, 1)
    assert await alike.find(replace(HEIGHT, text="What is the height of the new mill?"), 1) == []
    assert alike.holding([BASE]).entries == 2
    assert alike.holding([BASE]).bytes == 2 * 16


async def test_a_cache_of_no_entries_remembers_nothing(embedding: Embedding) -> None:
    alike = alike_of(embedding, entries=0)
    await remembered(alike, embedding, HEIGHT)
    assert alike.holding([BASE]).entries == 0


async def test_of_one_question_only_the_latest_wordings_are_remembered(embedding: Embedding) -> None:
    alike = alike_of(embedding, entries=100)
    wordings = [replace(HEIGHT, text="How tall is the old mill" + "?" * count) for count in range(MOST_WORDINGS + 3)]
    await remembered(alike, embedding, *wordings, wordings[-1])
    assert alike.holding([BASE]).entries == MOST_WORDINGS
    assert len(await alike.find(IN_OTHER_WORDS, 1)) == MOST_WORDINGS


@pytest.mark.parametrize(("length", "found"), [(LONGEST, 1), (LONGEST + 1, 0)])
async def test_a_text_pasted_as_a_question_is_not_looked_at(embedding: Embedding, length: int, found: int) -> None:
    alike, long = alike_of(embedding), replace(HEIGHT, text=HEIGHT.text.ljust(length, "?"))
    await remembered(alike, embedding, long)
    assert len(await alike.find(IN_OTHER_WORDS, 1)) == found


async def test_a_tenant_embeds_its_question_once_and_the_oldest_is_forgotten(
    embedding: Embedding, embedder: OneWay
) -> None:
    for _ in range(2):
        await embedding.of_question(HEIGHT.principal, HEIGHT.text)
    assert len(embedder.calls) == 1
    await embedding.of_question(Principal("other", "eve"), HEIGHT.text)
    assert len(embedder.calls) == 2
    for number in range(MOST_QUESTIONS - 1):
        await embedding.of_question(HEIGHT.principal, str(number))
    assert embedding.remembered(HEIGHT.principal, HEIGHT.text) is None
    assert embedding.remembered(Principal("other", "eve"), HEIGHT.text) is not None


async def test_an_alike_question_gets_the_kept_answer_and_says_so(embedding: Embedding) -> None:
    levels = AnswerLevels(MemoryAnswerCache(60, 10), MemoryAnswerCache(60, 10), alike_of(embedding))
    await embedding.of_question(HEIGHT.principal, HEIGHT.text)
    await levels.keep(HEIGHT, 1, ANSWER)
    kept = await levels.get(IN_OTHER_WORDS, 1)
    assert kept
    assert (kept.answer, kept.level) == (ANSWER, "alike")
    figures = await levels.figures("acme", [BASE])
    assert [(each.name, each.saved.hits, each.holding.entries) for each in figures.levels] == [
        ("memory", 0, 1),
        ("shared", 0, 1),
        ("alike", 1, 1),
    ]


async def test_what_was_forgotten_is_not_given_to_an_alike_question(embedding: Embedding) -> None:
    levels = AnswerLevels(MemoryAnswerCache(60, 10), MemoryAnswerCache(60, 10), alike_of(embedding))
    await embedding.of_question(HEIGHT.principal, HEIGHT.text)
    await levels.keep(HEIGHT, 1, ANSWER)
    await levels.forget(BASE)
    assert await levels.get(IN_OTHER_WORDS, 1) is None
