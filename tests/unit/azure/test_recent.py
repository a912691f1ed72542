"""What is kept in memory of knowledge bases is bounded."""

from infra.azure.gremlin.recent import Recent
from shared.domain.access import BaseKey

ONE, TWO, THREE = (BaseKey("heron", id) for id in ("1", "2", "3"))


def test_the_base_that_was_not_asked_for_the_longest_goes_first() -> None:
    recent: Recent[str] = Recent(2)
    recent.keep(ONE, "one")
    recent.keep(TWO, "two")
    assert recent.get(ONE) == "one"
    recent.keep(THREE, "three")
    assert [recent.get(base) for base in (ONE, TWO, THREE)] == ["one", None, "three"]


def test_a_base_takes_one_place_however_often_it_is_kept() -> None:
    recent: Recent[int] = Recent(2)
    recent.keep(ONE, 0)
    for number in range(5):
        recent.keep(TWO, number)
    assert [recent.get(base) for base in (ONE, TWO)] == [0, 4]
