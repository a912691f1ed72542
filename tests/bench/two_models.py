"""What router and cascade cost against asking the large model always, over labelled questions and made-up models.

The large model costs five times the small one. How often a real small model is right, and how often it is wrong in a
way that no check sees, is not known here: the pair is made up (`tests/fakes/easy_and_hard.py`), and so is the saving.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, cast

from shared.answering.question_class import question_class
from shared.domain.access import BaseKey, Principal, Scope
from shared.domain.answers import Question
from shared.domain.money import Money, Price, TokenUsage
from shared.money.prices import PriceList
from shared.services.ask import Asking
from shared.services.spend import SpendGate
from shared.services.write import Draft, to_its_end
from tests.bench.figures import Figure, show
from tests.fakes.easy_and_hard import LabelledQuestion, labelled_questions, model_pair

PRICES = {"small": Price(0.25, 2.0, 0.25, 2.0), "large": Price(1.25, 10.0, 1.25, 10.0)}
ALWAYS_LARGE = "quality"


class NoLedger:
    """Books nothing: the drafts say what was paid."""

    async def reserve(self, reservation: object, now: float) -> None:
        """Hold nothing."""

    async def settle(self, reservation_id: str, cost: Money, usage: TokenUsage, now: float) -> None:
        """Book nothing."""

    async def release(self, reservation_id: str) -> None:
        """Free nothing."""


@dataclass
class Outcome:
    """What a priority came to: answers, right ones among them, those written twice, and dollars."""

    answers: int = 0
    right: int = 0
    escalated: int = 0
    usd: float = 0.0


async def main() -> None:
    """Print the figures."""
    large = await outcome(ALWAYS_LARGE)
    show([figure(priority, await outcome(priority), large) for priority in (ALWAYS_LARGE, "cost", "balanced")])


async def outcome(priority: str) -> Outcome:
    """Ask every question with a priority."""
    asking, reached = writer(), Outcome()
    for each in labelled_questions():
        draft = await written(asking, each, priority)
        reached.answers += 1
        reached.right += each.is_answered(draft.text)
        reached.escalated += draft.is_escalated
        reached.usd += draft.cost.usd
    return reached


def writer() -> Asking:
    """Return a service with both models; what it would search with is not there, and not asked."""
    small, large = model_pair()
    nothing: Any = None
    gate = SpendGate(cast("Any", NoLedger()), PriceList(PRICES))
    return Asking(nothing, nothing, nothing, nothing, gate, large, nothing, nothing, nothing, 4_000, small_model=small)


async def written(asking: Asking, asked: LabelledQuestion, priority: str) -> Draft:
    """Let the question be classed, the model chosen, and the answer written."""
    who = Principal("local", "bench")
    question = Question(who, Scope(BaseKey("local", "bench"), who.labels), asked.text, priority=priority)
    draft = Draft()
    await to_its_end(asking.write(question, question_class(asked.text), asked.prompt, asked.hits, draft))
    return draft


def figure(priority: str, reached: Outcome, large: Outcome) -> Figure:
    """Return what a priority saves of the dollars that the large model costs for the same questions."""
    details = {
        "priority": priority,
        "questions": reached.answers,
        "right_percent": 100 * reached.right / reached.answers,
        "escalated": reached.escalated,
        "usd": reached.usd,
    }
    return Figure("two_models_saved", 100 * (1 - reached.usd / large.usd), "%", details)


if __name__ == "__main__":
    asyncio.run(main())
