"""One model call as an item of the ledger: what was reserved for it, and what became of that."""

from enum import StrEnum

from infra.azure.cosmos.exact_money import amount_of, parts
from infra.azure.cosmos.names import item_name
from infra.azure.cosmos.table import Item, with_partition
from shared.domain.money import Money, Reservation, SettledCall, TokenUsage

NOTHING, NO_USAGE = Money(), TokenUsage()

REFUSED_SECONDS = 86_400
"""How long a refused call is kept to tell a repeat from a new one; the reports do not count it."""


class CallState(StrEnum):
    """Where a call stands; each change is one conditional patch, so exactly one of several writers decides."""

    RESERVING = "reserving"
    OPEN = "open"
    REFUSED = "refused"
    RELEASED = "released"
    SWEPT = "swept"
    SETTLED = "settled"


ENDED = frozenset({CallState.REFUSED, CallState.RELEASED, CallState.SWEPT, CallState.SETTLED})


def call_item(reservation: Reservation, now: float) -> Item:
    """Write a call that begins to reserve. `model` follows the colon of `purpose`, for the reports."""
    name = item_name(reservation.id)
    return with_partition(
        name,
        name,
        tenant=reservation.tenant,
        user=reservation.user,
        purpose=reservation.purpose,
        model=reservation.purpose.partition(":")[2],
        state=CallState.RESERVING.value,
        pending=True,
        **parts("amount", reservation.amount),
        reserved_at=now,
        expires_at=reservation.expires_at,
        **parts("cost", Money()),
        settled_at=None,
        input=0,
        output=0,
        cached=0,
        reasoning=0,
    )


def ending(
    state: CallState,
    cost: Money = NOTHING,
    usage: TokenUsage = NO_USAGE,
    at: float | None = None,
    pending: bool = True,
) -> list[Item]:
    """Return the patch operations that end a call; it is `pending` until its accounts have followed."""
    figures = {"input": usage.input, "output": usage.output, "cached": usage.cached, "reasoning": usage.reasoning}
    ended = {"state": state.value, "pending": pending, "settled_at": at, **parts("cost", cost)}
    if state is CallState.REFUSED:
        ended["ttl"] = REFUSED_SECONDS
    return [{"op": "set", "path": f"/{name}", "value": value} for name, value in (ended | figures).items()]


def state_is(state: CallState, pending: bool) -> list[Item]:
    """Return the patch operations that say where a call stands."""
    return [
        {"op": "set", "path": "/state", "value": state.value},
        {"op": "set", "path": "/pending", "value": pending},
    ]


def was(*states: CallState) -> str:
    """Return the condition that a call is in one of the states."""
    return "FROM c WHERE " + " OR ".join(f"c.state = '{state}'" for state in states)


def held_amount(call: Item) -> Money:
    """Return what was reserved for a call."""
    return amount_of(call, "amount")


def settled_call(call: Item) -> SettledCall:
    """Read a call that was paid."""
    return SettledCall(
        call["tenant"],
        call["user"],
        call["purpose"].partition(":")[0],
        call["model"],
        call["reserved_at"],
        amount_of(call, "cost"),
        TokenUsage(call["input"], call["output"], call["cached"], call["reasoning"]),
    )
