"""Questions labelled easy or hard, with passages, and a small and a large model that are made up.

The large model answers every question rightly. The small one answers the easy ones, but for one in twenty-five where it
says that nothing was found. Of the hard ones it answers none: it finds nothing, makes something up, or, one in
twenty-five, says something that is well carried and answers something else, which no check can see.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from shared.answering.estimate import estimated_usage
from shared.answering.fit_passages import fit_passages
from shared.answering.no_evidence import no_evidence
from shared.domain.answers import Hit, ModelEvent, Prompt, TextDelta, UsageReport
from shared.domain.documents import Chunk
from shared.domain.money import TokenUsage
from shared.text.tokens import count_tokens

EASY, HARD = 150, 50
SLIPS = 25
"""Every so manieth question of a label is one that the small model gets wrong in a way of its own."""

FILLING = " ".join(f"It was looked at in round {number}, and nothing was noted." for number in range(12))


@dataclass(frozen=True)
class LabelledQuestion:
    """A question with its passages, and what the two models say; a right answer holds all of `expected`."""

    text: str
    is_hard: bool
    hits: tuple[Hit, ...]
    right: str
    expected: tuple[str, ...]
    small: str

    @property
    def prompt(self) -> Prompt:
        """The question as a model is asked it; passage n is hit n-1."""
        return fit_passages(self.text, self.hits, 4_000)[0]

    def is_answered(self, text: str) -> bool:
        """Say whether a text is a right answer."""
        return all(each in text for each in self.expected)


def labelled_questions() -> list[LabelledQuestion]:
    """Return 150 easy questions, a third of them Chinese, and 50 hard ones."""
    return [*map(easy, range(EASY)), *map(hard, range(EASY, EASY + HARD))]


def easy(number: int) -> LabelledQuestion:
    """Ask for one thing that stands in one sentence."""
    bar = 10 + number
    if number % 3:
        text, fact = f"At how many bar does valve {number} open?", f"Valve {number} opens at {bar} bar."
    else:
        text, fact = f"阀门{number}在多少巴时打开？", f"阀门{number}在{bar}巴时打开。"
    right = f"{fact} [1]"
    small = no_evidence(text) if number % SLIPS == 0 else right
    return LabelledQuestion(text, False, passages(number, fact), right, (str(bar),), small)


def hard(number: int) -> LabelledQuestion:
    """Ask for two things that stand in two passages, and for what follows from both."""
    first, second = f"Valve {number} opens at {10 + number} bar.", f"Pump {number} pushes with {number} bar."
    text = f"Compare the pressure of pump {number} with valve {number}: which is higher, and by how much?"
    right = f"{first} [1] {second} [2] The valve is above the pump by 10 bar. [1][2]"
    weak = (no_evidence(text), f"Volcanoes erupted under hall {number} throughout the winter months. [1]")[number % 2]
    small = f"Pump {number} was looked at in round 3, and nothing was noted. [3]" if number % SLIPS == 0 else weak
    return LabelledQuestion(text, True, passages(number, first, second), right, (first, second), small)


def passages(number: int, *facts: str) -> tuple[Hit, ...]:
    """Return the passages that hold the facts, and two that hold none of them."""
    texts = [*(f"{fact} {FILLING}" for fact in facts), *(f"Pump {number} is blue. {FILLING}" for _ in range(2))]
    return tuple(
        Hit(Chunk(f"c{number}-{place}", "d", place, f"Part {place}", (), text, 1, 0, len(text)), "plant.md", 1.0)
        for place, text in enumerate(texts)
    )


class LabelledModel:
    """A chat model that says of each question what it is labelled to say, and counts its tokens."""

    def __init__(self, name: str, said: dict[str, str]) -> None:
        self.name, self._said = name, said

    async def ping(self) -> None:
        """Answer."""

    async def stream(self, prompt: Prompt) -> AsyncGenerator[ModelEvent, None]:
        """Say it. Raises KeyError for a question without a label."""
        text = self._said[prompt.question]
        yield TextDelta(text)
        yield UsageReport(TokenUsage(input=estimated_usage(prompt).input, output=count_tokens(text)))


def model_pair() -> tuple[LabelledModel, LabelledModel]:
    """Return the small and the large model."""
    questions = labelled_questions()
    small = LabelledModel("small", {each.text: each.small for each in questions})
    return small, LabelledModel("large", {each.text: each.right for each in questions})
