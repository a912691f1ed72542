"""How fast requests may come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.errors import RateLimited
from shared.domain.rates import Rate, Standing
from shared.services.buckets import Buckets
from tests.fakes.virtual_clock import VirtualClock

RATE = Rate("principal", burst=3, per_minute=30.0)
"""Three at once, and one in two seconds."""


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(1000.0)


@pytest.fixture
def buckets(clock: VirtualClock) -> Buckets:
    return Buckets(RATE, clock)


def taken(buckets: Buckets, name: str = "ada") -> bool:
    return buckets.take(name).level >= 0


def test_a_burst_is_let_through_and_then_what_flows_in(buckets: Buckets, clock: VirtualClock) -> None:
    assert [taken(buckets) for _ in range(4)] == [True, True, True, False]
    clock.now += 1.9
    assert not taken(buckets)
    clock.now += 0.2
    assert [taken(buckets) for _ in range(2)] == [True, False]


def test_a_bucket_holds_no_more_than_its_burst(buckets: Buckets, clock: VirtualClock) -> None:
    taken(buckets)
    clock.now += 1_000_000
    assert [taken(buckets) for _ in range(4)] == [True, True, True, False]


def test_what_is_refused_says_when_to_come_again_and_takes_nothing(buckets: Buckets, clock: VirtualClock) -> None:
    for _ in range(3):
        buckets.take("ada").check()
    for _ in range(5):
        with pytest.raises(RateLimited) as error:
            buckets.take("ada").check()
        assert error.value.details["retry_after"] == 2
    clock.now += 2
    buckets.take("ada").check()


def test_everybody_has_a_bucket_of_their_own(buckets: Buckets) -> None:
    for _ in range(3):
        taken(buckets)
    assert not taken(buckets)
    assert taken(buckets, "ben")


def test_buckets_are_bounded_and_the_one_used_longest_ago_makes_room(clock: VirtualClock) -> None:
    buckets = Buckets(Rate("address", 1, 1.0), clock, most=2)
    assert [taken(buckets, name) for name in ("a", "b", "a", "c")] == [True, True, False, True]
    assert [taken(buckets, name) for name in ("a", "c")] == [False, False]
    assert taken(buckets, "b")


def test_a_rate_without_bound_lets_everything_through(clock: VirtualClock) -> None:
    buckets = Buckets(Rate("address", 1, float("inf")), clock)
    assert all(taken(buckets) for _ in range(1000))


def test_a_standing_says_what_is_left_and_when_it_is_full_again() -> None:
    assert [(each.left, each.full_in) for each in (Standing(RATE, 2.0), Standing(RATE, 0.5), Standing(RATE, -0.5))] == [
        (2, 2),
        (0, 5),
        (0, 6),
    ]
    assert RATE.window == 6


@given(st.lists(st.floats(0, 10), max_size=60))
def test_never_more_is_let_through_than_the_burst_and_what_flowed_in(pauses: list[float]) -> None:
    clock = VirtualClock(0.0)
    buckets = Buckets(RATE, clock)
    let_through = 0
    for pause in pauses:
        clock.now += pause
        let_through += taken(buckets)
        assert let_through <= RATE.burst + clock.now * RATE.per_second + 1e-6
