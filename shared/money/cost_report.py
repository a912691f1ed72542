"""Sum up what was paid: by model, by feature, by user and by day."""

from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from shared.domain.money import Money, Price, SettledCall, TokenUsage
from shared.money.cost import cost_of

TOP_USERS = 20
"""Users that a report names: those who cost most."""

TREND_DAYS = 7
"""Days whose mean is what the forecast expects of each day to come."""


class Span(StrEnum):
    """How long a report looks back from its last day."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Line:
    """What calls under one name came to."""

    name: str
    calls: int = 0
    tokens: TokenUsage = TokenUsage()
    cost: Money = Money()

    def plus(self, call: SettledCall) -> "Line":
        """Return the line with one more call."""
        return Line(self.name, self.calls + 1, self.tokens + call.usage, self.cost + call.cost)


@dataclass(frozen=True, slots=True)
class KeptAnswers:
    """How many questions were answered by a kept answer, and what those answers had cost when they were written."""

    requests: int = 0
    saved: Money = Money()

    def __add__(self, other: "KeptAnswers") -> "KeptAnswers":
        return KeptAnswers(self.requests + other.requests, self.saved + other.saved)


@dataclass(frozen=True, slots=True)
class CostReport:
    """What was paid from the first UTC day to the last; `days` has every day, the other lists the dearest first.

    `cached_savings` is what tokens that the model had cached would have cost more as fresh input. `month_spent` is
    what the month of the last day has cost up to it, `month_forecast` what that month will have cost in the end.
    """

    span: Span
    first: date
    last: date
    total: Line
    days: tuple[Line, ...]
    models: tuple[Line, ...]
    features: tuple[Line, ...]
    users: tuple[Line, ...]
    cached_savings: Money
    month_spent: Money
    month_forecast: Money
    kept_answers: KeptAnswers = KeptAnswers()


@dataclass
class Totals:
    """Lines by name, each the sum of its calls."""

    lines: dict[str, Line] = field(default_factory=dict)

    def add(self, name: str, call: SettledCall) -> None:
        """Count a call under a name."""
        self.lines[name] = self.lines.get(name, Line(name)).plus(call)

    def dearest(self) -> tuple[Line, ...]:
        """Return the lines, the dearest first."""
        return tuple(sorted(self.lines.values(), key=lambda each: (-each.cost.nano_usd, -each.calls, each.name)))


def first_day(span: Span, last: date) -> date:
    """Return where a report begins: the same day, six days before, or the first of the month."""
    if span is Span.MONTHLY:
        return last.replace(day=1)
    return last - timedelta(days=6 if span is Span.WEEKLY else 0)


def days_between(first: date, last: date) -> list[date]:
    """Return every day from the first to the last."""
    return [first + timedelta(days=each) for each in range((last - first).days + 1)]


def days_to_read(span: Span, last: date) -> list[date]:
    """Return the days that a report needs, the forecast's included."""
    trend = last - timedelta(days=TREND_DAYS - 1)
    return days_between(min(first_day(span, last), last.replace(day=1), trend), last)


def savings_of(call: SettledCall, price: Price) -> Money:
    """Return what the cached tokens of a call would have cost more as fresh input."""
    cached = TokenUsage(input=call.usage.cached)
    at_hand = TokenUsage(input=call.usage.cached, cached=call.usage.cached)
    return Money(max(0, (cost_of(cached, price) - cost_of(at_hand, price)).nano_usd))


class CostSummary:
    """Takes the days that a report needs one after another and holds no call of them."""

    def __init__(self, span: Span, last: date, price_of: Callable[[str, float], Price]) -> None:
        """Begin a report; `price_of` says what a model's tokens cost at a moment."""
        self._span, self._first, self._last, self._price_of = span, first_day(span, last), last, price_of
        self._by_day: dict[date, Line] = {}
        self._models, self._features, self._users = Totals(), Totals(), Totals()
        self._total, self._savings = Line("total"), Money()

    def add(self, day: date, calls: Iterable[SettledCall]) -> None:
        """Take in the calls of a day."""
        line = Line(day.isoformat())
        for call in calls:
            line = line.plus(call)
            if day >= self._first:
                self._count(call)
        self._by_day[day] = line

    def report(self) -> CostReport:
        """Return the report of the days taken in."""
        spent, forecast = self._month()
        return CostReport(
            span=self._span,
            first=self._first,
            last=self._last,
            total=self._total,
            days=tuple(self._by_day[day] for day in days_between(self._first, self._last)),
            models=self._models.dearest(),
            features=self._features.dearest(),
            users=self._users.dearest()[:TOP_USERS],
            cached_savings=self._savings,
            month_spent=spent,
            month_forecast=forecast,
        )

    def _count(self, call: SettledCall) -> None:
        self._total = self._total.plus(call)
        self._models.add(call.model, call)
        self._features.add(call.feature, call)
        self._users.add(f"{call.tenant}/{call.user}", call)
        self._savings += savings_of(call, self._price_of(call.model, call.reserved_at))

    def _month(self) -> tuple[Money, Money]:
        """Return what the month has cost, and with the mean of the last days for each day that is left, will cost."""
        spent = sum(self._by_day[day].cost.nano_usd for day in days_between(self._last.replace(day=1), self._last))
        trend = days_between(self._last - timedelta(days=TREND_DAYS - 1), self._last)
        left = monthrange(self._last.year, self._last.month)[1] - self._last.day
        expected = sum(self._by_day[day].cost.nano_usd for day in trend) * left // TREND_DAYS
        return Money(spent), Money(spent + expected)
