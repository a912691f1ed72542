"""Keep money exact in a store whose numbers are doubles: as dollars and billionths, each far below 2^53."""

from typing import Any

from shared.domain.money import NANO, Money

Item = dict[str, Any]


def parts(name: str, amount: Money) -> dict[str, int]:
    """Write an amount as two properties of one sign: whole dollars, and the billionths beside them."""
    usd, nano = divmod(abs(amount.nano_usd), NANO)
    sign = -1 if amount.nano_usd < 0 else 1
    return {f"{name}_usd": sign * usd, f"{name}_nano": sign * nano}


def amount_of(item: Item, name: str) -> Money:
    """Read an amount, or a sum of amounts whose billionths were never carried over."""
    return Money(int(item[f"{name}_usd"]) * NANO + int(item[f"{name}_nano"]))


def increase(name: str, by: Money) -> list[Item]:
    """Return the patch operations that add an amount, which may be below 0, to a sum."""
    return [{"op": "incr", "path": f"/{part}", "value": value} for part, value in parts(name, by).items() if value]


def room_for(amount: Money, cap: Money) -> str:
    """Return the condition that an amount fits under a cap beside what a counter holds already.

    What is left in dollars is compared with what is taken in billionths. Both sides are exact while they are below
    2^53, and where the left one is not, it is so much larger or smaller than the right one can be that rounding
    changes nothing. The right one stays below as long as calls of less than a dollar sum up to less than nine million.
    """
    asked, most = parts("", amount), parts("", cap)
    usd, nano = most["_usd"] - asked["_usd"], asked["_nano"] - most["_nano"]
    return (
        f"FROM c WHERE (({usd}) - c.spent_usd - c.reserved_usd) * {NANO} >= c.spent_nano + c.reserved_nano + ({nano})"
    )
