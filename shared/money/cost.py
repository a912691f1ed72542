"""Turn tokens, or other units, and a price into exact money."""

from decimal import ROUND_CEILING, Decimal

from shared.domain.money import Money, Price, TokenUsage

NANO_PER_TOKEN = 1000
"""One US dollar per million tokens is a thousand billionths of a dollar per token."""

NANO_PER_UNIT = 1_000_000
"""One US dollar per thousand units is a million billionths of a dollar per unit."""


def cost_of(usage: TokenUsage, price: Price) -> Money:
    """Return what the tokens cost, rounded up to a billionth of a dollar so that no call is booked too cheap.

    Cached tokens are taken out of the input and reasoning tokens out of the output, each at its own price.
    Raises ValueError for negative counts and for a part that is larger than its whole.
    """
    fresh, written = usage.input - usage.cached, usage.output - usage.reasoning
    if min(fresh, written, usage.cached, usage.reasoning) < 0:
        raise ValueError(f"these are not counts of tokens: {usage}")
    # A price is written in decimals ("0.15"), so its shortest decimal form is what was meant, not its binary value.
    total = sum(
        tokens * Decimal(repr(dollars))
        for tokens, dollars in (
            (fresh, price.input),
            (usage.cached, price.cached),
            (written, price.output),
            (usage.reasoning, price.reasoning),
        )
    )
    return Money(int((Decimal(total) * NANO_PER_TOKEN).to_integral_value(ROUND_CEILING)))


def cost_of_units(units: int, price: float) -> Money:
    """Return what units cost at US dollars per thousand, rounded up. Raises ValueError for a negative count."""
    if units < 0:
        raise ValueError(f"this is not a count of units: {units}")
    return Money(int((units * Decimal(repr(price)) * NANO_PER_UNIT).to_integral_value(ROUND_CEILING)))
