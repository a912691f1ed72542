"""Tells callers how fast they may come, as draft-ietf-httpapi-ratelimit-headers-10 writes it."""

from collections.abc import Sequence
from math import isinf

from shared.domain.rates import Rate, Standing


def rate_headers(standings: Sequence[Standing]) -> dict[str, str]:
    """Return the two fields: how much each bucket holds and in how long it fills up, and how it stands now."""
    bounded = [each for each in standings if not isinf(each.rate.per_minute)]
    if not bounded:
        return {}
    return {
        "ratelimit-policy": ", ".join(policy(each.rate) for each in bounded),
        "ratelimit": ", ".join(f'"{each.rate.name}";r={each.left};t={each.full_in}' for each in bounded),
    }


def policy(rate: Rate) -> str:
    """Write what a bucket holds and the seconds in which it fills up."""
    return f'"{rate.name}";q={rate.burst};w={rate.window}'
