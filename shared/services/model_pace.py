"""Keep the calls of each model within what it takes in a minute, on all instances together."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from time import time

from shared.domain.access import Principal
from shared.domain.errors import RateLimited
from shared.domain.money import TokenUsage
from shared.domain.rates import ModelRate
from shared.domain.roles import Role
from shared.domain.tally import REQUESTS, TOKENS, Share, Stretch
from shared.ports.tally import Tally

MINUTE = 60.0

PATIENCE = 2.0
"""Seconds that somebody waits for the next minute to begin; who would wait for longer is told when to come again."""

MINUTES_IN_BACKGROUND = 5
"""Minutes that work waits through which nobody waits for."""

KEPT_SECONDS = 300
"""How long a minute is remembered: until it is over on every instance, whose clocks may differ."""


@dataclass(frozen=True)
class ModelPace:
    """The rates of models by name; one that is not named takes any."""

    rates: Mapping[str, ModelRate]
    tally: Tally
    clock: Callable[[], float] = time
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def join(self, principal: Principal, model: str, estimate: TokenUsage) -> None:
        """Let a call join the present minute of its model, or wait for one that has room.

        A call that is larger than a minute takes a whole one. Raises RateLimited, which says when the next begins, or
        StoreUnavailable.
        """
        rate = self.rates.get(model)
        if rate is None:
            return
        shares = shares_of(rate, estimate)
        in_background = principal.role is Role.BACKGROUND
        for waited in range(1 + (MINUTES_IN_BACKGROUND if in_background else 1)):
            now = self.clock()
            if await self.tally.take(minute_of(model, now), shares, now):
                return
            rest = MINUTE - now % MINUTE
            if not in_background and (waited or rest > PATIENCE):
                break
            await self.sleep(rest)
        raise RateLimited(f"the model {model} takes no more calls in this minute", retry_after=ceil(rest))


def shares_of(rate: ModelRate, estimate: TokenUsage) -> list[Share]:
    """Return what one call takes of a minute."""
    shares = []
    if rate.requests is not None:
        shares.append(Share(REQUESTS, 1, rate.requests))
    if rate.tokens is not None:
        shares.append(Share(TOKENS, min(estimate.total, rate.tokens), rate.tokens))
    return shares


def minute_of(model: str, now: float) -> Stretch:
    """Return the UTC minute of a moment."""
    return Stretch(f"model:{model}", f"{datetime.fromtimestamp(now, UTC):%Y-%m-%dT%H:%M}", KEPT_SECONDS)
