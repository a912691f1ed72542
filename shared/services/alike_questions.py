"""Remember which questions were answered, and find those that ask the same in other words."""

from collections import OrderedDict, deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

from shared.answering.shared_by_all import LONGEST
from shared.domain.access import BaseKey
from shared.domain.answer_key import answer_key
from shared.domain.answers import Question
from shared.domain.caching import Holding
from shared.domain.errors import BudgetExceeded, Unavailable
from shared.domain.vectors import Vectors
from shared.likeness.core import Core
from shared.likeness.likeness import ALIKE, core, likeness
from shared.services.embedding import Embedding

MOST_WORDINGS = 16
"""Of one question that are remembered, the latest ones; a seventeenth tells nothing new."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that was answered, with its core and its vector of shape (1, dimensions)."""

    question: Question
    core: Core
    vector: Vectors


class AlikeQuestions:
    """Answered questions by what they ask for, each with its vector; one process, one event loop.

    Questions with different cores are not alike whatever their vectors, so that a search over those with the same
    core is a search over all. The answers themselves are kept elsewhere, under the question that was answered.
    """

    def __init__(self, embedding: Embedding, entries: int) -> None:
        """Remember at most `entries` questions, and let the least recently used core go first."""
        self._embedding, self._entries = embedding, entries
        self._places: OrderedDict[Hashable, deque[Answered]] = OrderedDict()
        self._count = 0

    async def find(self, question: Question, version: int) -> list[Question]:
        """Return the answered questions that ask the same, most alike first.

        The question is embedded where there is something to compare it with; where it cannot be, nothing is alike.
        """
        if not looked_at(question):
            return []
        asked = core(question.text)
        place = place_of(question, version, asked)
        wordings = self._places.get(place)
        if not wordings:
            return []
        self._places.move_to_end(place)
        try:
            vector = await self._embedding.of_question(question.principal, question.text)
        except (Unavailable, BudgetExceeded):
            return []
        near = [(likeness(asked, each.core, float(vector[0] @ each.vector[0])), each) for each in wordings]
        best = sorted((each for each in near if each[0] >= ALIKE), key=lambda each: -each[0])
        return [each.question for _, each in best]

    def remember(self, question: Question, version: int) -> None:
        """Remember an answered question whose vector is at hand; no other is worth a call of the embedder."""
        vector = self._embedding.remembered(question.principal, question.text)
        if vector is None or not looked_at(question) or self._entries <= 0:
            return
        asked = core(question.text)
        place = place_of(question, version, asked)
        wordings = self._places.setdefault(place, deque(maxlen=MOST_WORDINGS))
        self._places.move_to_end(place)
        if any(each.question == question for each in wordings):
            return
        self._count += len(wordings) < MOST_WORDINGS
        wordings.append(Answered(question, asked, vector))
        while self._count > self._entries:
            self._count -= len(self._places.popitem(last=False)[1])

    def holding(self, bases: Sequence[BaseKey]) -> Holding:
        """Return how many questions are remembered of some bases, and the bytes of their vectors."""
        among = frozenset(bases)
        held = [each for place in self._places.values() for each in place if each.question.scope.base in among]
        return Holding(len(held), sum(each.vector.nbytes for each in held))


def looked_at(question: Question) -> bool:
    """Say whether a question may be embedded and stands for itself: in another conversation it asks something else."""
    return question.use_meaning and not question.history and len(question.text) <= LONGEST


def place_of(question: Question, version: int, asked: Core) -> Hashable:
    """Return what two questions must share word for word to be compared."""
    return answer_key(replace(question, text=""), version), asked.frame, asked.words
