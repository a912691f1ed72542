"""What caches hold, and what they saved."""

from dataclasses import dataclass

from shared.domain.answers import Answer
from shared.domain.money import Money


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that may be given again, for how many seconds from now, and the level that had it."""

    answer: Answer
    seconds: float
    level: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """How many answers are kept, and the bytes of their text and passages."""

    entries: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Savings:
    """How often a kept answer was given, and what writing it had taken the first time."""

    hits: int = 0
    tokens: int = 0
    cost: Money = Money()

    def with_hit(self, answer: Answer) -> "Savings":
        """Count one more."""
        return Savings(self.hits + 1, self.tokens + answer.usage.total, self.cost + answer.cost)


@dataclass(frozen=True, slots=True)
class LevelFigures:
    """One level of the answer cache: what it saved since this process started, and what it holds now."""

    name: str
    saved: Savings
    holding: Holding


@dataclass(frozen=True, slots=True)
class CacheFigures:
    """The levels of the answer cache in the order they are asked, and how many questions none could answer."""

    levels: tuple[LevelFigures, ...]
    misses: int

    @property
    def hit_rate(self) -> float:
        """Share of the questions that a level answered, in [0, 1]; 0 before the first question."""
        hits = sum(each.saved.hits for each in self.levels)
        return hits / (hits + self.misses) if hits else 0.0
