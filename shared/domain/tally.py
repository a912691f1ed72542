"""What is counted up to a bound within a stretch of time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time of one account, by name: nothing is carried over from one to the next.

    It is remembered for `seconds` at least; after that it may be counted from nothing again.
    """

    account: str
    name: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Share:
    """An amount of something that is counted, and the most of it that one stretch holds; both are at least 0."""

    of: str
    amount: int
    most: int


REQUESTS, TOKENS, USES = "requests", "tokens", "uses"
"""What is counted."""
