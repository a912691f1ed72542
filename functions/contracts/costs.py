"""Usage and cost reports, as JSON."""

from collections.abc import Sequence

from pydantic import BaseModel, Field

from shared.domain.money import BudgetStatus
from shared.money.cost_report import Span
from shared.services.cost_reports import Format
from shared.services.usage import UNCAPPED


class ReportQuery(BaseModel):
    """Which report, and how it is written."""

    period: Span = Span.DAILY
    format: Format = Format.JSON


class UsageQuery(BaseModel):
    """Whose usage, where it is not the caller's own."""

    user: str | None = Field(None, min_length=1, max_length=128)


class AccountStanding(BaseModel):
    """How an account stands in the UTC day or month that `started` names; without a cap `cap_usd` is null."""

    account: str
    period: str
    started: str
    spent_usd: float
    reserved_usd: float
    cap_usd: float | None

    @classmethod
    def of(cls, status: BudgetStatus) -> "AccountStanding":
        """Write how an account stands."""
        budget = status.budget
        return cls(
            account=budget.account,
            period=budget.period.value,
            started=status.started,
            spent_usd=status.spent.usd,
            reserved_usd=status.reserved.usd,
            cap_usd=None if budget.cap == UNCAPPED else budget.cap.usd,
        )


class UsageAnswer(BaseModel):
    """How the caller's account stands; for who runs the service also the tenant's and everybody's."""

    own: list[AccountStanding]
    shared: list[AccountStanding]

    @classmethod
    def of(cls, own: Sequence[BudgetStatus], shared: Sequence[BudgetStatus]) -> "UsageAnswer":
        """Write how accounts stand."""
        return cls(own=[AccountStanding.of(each) for each in own], shared=[AccountStanding.of(each) for each in shared])
