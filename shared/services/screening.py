"""Let a shield look at what a model will read, at a cost that was reserved, before the model reads it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from shared.deadline import in_time
from shared.domain.answers import Aid, Hit, Prompt, Question
from shared.domain.errors import ContentBlocked
from shared.ports.prompt_shield import PromptShield
from shared.services.spend import SpendGate

PURPOSE = "screening"


@dataclass(frozen=True)
class Screened:
    """What is left of a prompt and of the hits behind it, how many passages were left out, and what that took."""

    prompt: Prompt
    hits: tuple[Hit, ...]
    left_out: int
    aid: Aid


@dataclass(frozen=True)
class Screening:
    """A shield behind the gate to the money. What it could not look at goes to no model: its errors come through."""

    shield: PromptShield
    gate: SpendGate

    async def question(self, question: Question) -> Aid:
        """Look at what the asker says, now, before and of the style, and return what that took.

        Raises ContentBlocked, BudgetExceeded and Unavailable.
        """
        before = (turn.content for turn in question.history if turn.role == "user")
        said = "\n".join(text for text in (question.style, *before, question.text) if text)
        if not (records := self.shield.question_records(said)):
            return Aid()
        started = perf_counter()
        async with self.gate.spend_on_units(question.principal, PURPOSE, self.shield.name, records) as receipt:
            receipt.start()
            reason = await in_time(self.shield.refusal(said))
        if reason:
            raise ContentBlocked(f"the question was not asked: {reason}")
        return Aid(took_part=True, milliseconds=since(started), cost=receipt.cost)

    async def prompt(self, question: Question, prompt: Prompt, hits: Sequence[Hit]) -> Screened:
        """Leave out the passages that give orders to their reader; passage n rests on hit n-1, before and after.

        Raises BudgetExceeded and Unavailable.
        """
        texts = [f"{each.title}\n{each.text}" for each in prompt.passages]
        if not (records := self.shield.passage_records(texts)):
            return Screened(prompt, tuple(hits), 0, Aid())
        started = perf_counter()
        async with self.gate.spend_on_units(question.principal, PURPOSE, self.shield.name, records) as receipt:
            receipt.start()
            attacks = await in_time(self.shield.attacks(texts))
        aid = Aid(took_part=True, milliseconds=since(started), cost=receipt.cost)
        kept = [place for place in range(len(texts)) if place not in attacks]
        passages = tuple(replace(prompt.passages[place], number=number) for number, place in enumerate(kept, start=1))
        return Screened(replace(prompt, passages=passages), tuple(hits[place] for place in kept), len(attacks), aid)


def since(start: float) -> float:
    """Return the milliseconds since a reading of the clock."""
    return (perf_counter() - start) * 1000
