"""Money and what it pays for."""

from dataclasses import dataclass
from enum import StrEnum

NANO = 1_000_000_000


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """US dollars as a whole number of billionths, so that a token's price and any sum of them are exact."""

    nano_usd: int = 0

    @classmethod
    def of_usd(cls, amount: float) -> "Money":
        """Turn dollars into money, rounded to the billionth. Raises ValueError for what is not a finite number."""
        return cls(round(amount * NANO))

    @property
    def usd(self) -> float:
        """The amount in dollars."""
        return self.nano_usd / NANO

    def __add__(self, other: "Money") -> "Money":
        return Money(self.nano_usd + other.nano_usd)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.nano_usd - other.nano_usd)


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """Tokens of one or more model calls. `cached` are part of `input`, `reasoning` are part of `output`."""

    input: int = 0
    output: int = 0
    cached: int = 0
    reasoning: int = 0

    def __add__(self, other: "TokenUsage") -> "TokenUsage":
        return TokenUsage(
            self.input + other.input,
            self.output + other.output,
            self.cached + other.cached,
            self.reasoning + other.reasoning,
        )

    @property
    def total(self) -> int:
        """Input and output together."""
        return self.input + self.output


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens, by class."""

    input: float = 0.0
    output: float = 0.0
    cached: float = 0.0
    reasoning: float = 0.0


class Period(StrEnum):
    """How long a budget runs; both start at midnight UTC, the month on its first day."""

    DAILY = "daily"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Budget:
    """A cap on one account for one period. The account "global" counts everybody's spending."""

    account: str
    period: Period
    cap: Money


@dataclass(frozen=True, slots=True)
class BudgetStatus:
    """How a budget stands now; `started` is the period it counts, as 2026-11-20 or 2026-11."""

    budget: Budget
    started: str
    spent: Money
    reserved: Money

    @property
    def used(self) -> float:
        """The share that is spent or held, in [0, 1]; of no money, all is used."""
        cap = self.budget.cap.nano_usd
        return min(1.0, (self.spent + self.reserved).nano_usd / cap) if cap > 0 else 1.0


@dataclass(frozen=True, slots=True)
class Reservation:
    """Money held for one call until it is settled, released or swept after `expires_at` (seconds since 1970).

    `caps` are budgets of its user and its tenant that it has to fit into, beside those that the ledger knows.
    """

    id: str
    tenant: str
    user: str
    purpose: str
    amount: Money
    expires_at: float
    caps: tuple[Budget, ...] = ()


@dataclass(frozen=True, slots=True)
class SettledCall:
    """A call that was paid, in the day and month of `reserved_at` (seconds since 1970); `feature` is what it was for.

    One that was swept is paid whole and has no tokens.
    """

    tenant: str
    user: str
    feature: str
    model: str
    reserved_at: float
    cost: Money
    usage: TokenUsage
