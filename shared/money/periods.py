"""Name the budget period that a moment falls into."""

from datetime import UTC, datetime

from shared.domain.money import Period

FORMATS = {Period.DAILY: "%Y-%m-%d", Period.MONTHLY: "%Y-%m"}


def period_start(now: float, period: Period) -> str:
    """Return the UTC day (2026-11-20) or month (2026-11) of `now`, which is seconds since 1970."""
    return datetime.fromtimestamp(now, UTC).strftime(FORMATS[period])
