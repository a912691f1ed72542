"""The arithmetic of the benchmarks, and how a figure is written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.figures import Figure, latencies, percentile, rounded


@pytest.mark.parametrize(
    ("percent", "expected"), [(0, 1.0), (20, 1.0), (20.1, 2.0), (50, 3.0), (80, 4.0), (80.1, 5.0), (100, 5.0)]
)
def test_a_percentile_is_the_smallest_sample_that_so_many_do_not_exceed(percent: float, expected: float) -> None:
    assert percentile([3.0, 1.0, 5.0, 4.0, 2.0], percent) == expected


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 100))
def test_a_percentile_is_one_of_the_samples_and_covers_its_share(samples: list[float], percent: float) -> None:
    value = percentile(samples, percent)
    assert value in samples
    assert sum(each <= value for each in samples) >= percent / 100 * len(samples) - 1e-9


def test_a_figure_is_one_line_of_json_with_its_details_beside_it() -> None:
    line = Figure("requests", 123.456789, "µs", {"rounds": 5, "parts": [0.123456, {"deep": 9.87654}]}).line()
    assert "\n" not in line
    assert "µs" in line
    assert json.loads(line) == {
        "figure": "requests",
        "value": 123.5,
        "unit": "µs",
        "rounds": 5,
        "parts": [0.1235, {"deep": 9.877}],
    }


@pytest.mark.parametrize(("value", "expected"), [(123_456, 123_456), (123_456.0, 123_500.0), (True, True), ("a", "a")])
def test_only_measured_numbers_are_rounded(value: object, expected: object) -> None:
    assert rounded(value) == expected


def test_latencies_are_milliseconds_at_the_middle_and_near_the_end() -> None:
    middle, end = latencies("query", [each / 1000 for each in range(1, 101)], chunks=7)
    assert (middle.name, middle.value, middle.unit) == ("query_p50", pytest.approx(50), "ms")
    assert (end.name, end.value) == ("query_p95", pytest.approx(95))
    assert middle.details == {"samples": 100, "fastest": pytest.approx(1), "chunks": 7}
