"""What is kept of the calls of models."""

import pytest

from shared.domain.money import Money, Price, TokenUsage
from shared.money.receipt import Receipt
from shared.services.model_records import MOST_SAMPLES, ModelRecords, percentile


def test_failed_calls_are_counted_by_their_code_and_left_out_of_the_latency() -> None:
    records = ModelRecords()
    records.called("large", 2.0, 0.5, "")
    records.called("large", 60.0, None, "deadline_exceeded")
    records.called("large", 60.0, None, "deadline_exceeded")
    record = records.by_model["large"]
    assert (record.calls, dict(record.errors)) == (3, {"deadline_exceeded": 2})
    assert (list(record.seconds), list(record.first)) == ([2.0], [0.5])


def test_what_is_booked_is_added_up_under_the_models_name_whatever_it_was_for() -> None:
    records = ModelRecords()
    for purpose in ("chat:qwen3:8b", "rewriting:qwen3:8b"):
        receipt = Receipt(TokenUsage(), Price(1.0, 2.0, 1.0, 2.0), started=True, reported=TokenUsage(100, 10))
        records.booked(purpose, receipt)
    assert records.by_model["qwen3:8b"].usage == TokenUsage(200, 20)
    assert records.by_model["qwen3:8b"].cost == Money(240_000)


def test_of_many_calls_only_the_latest_are_kept() -> None:
    records = ModelRecords()
    for place in range(MOST_SAMPLES + 1):
        records.called("large", float(place), float(place), "")
    record = records.by_model["large"]
    assert record.calls == MOST_SAMPLES + 1
    assert (len(record.seconds), record.seconds[0], len(record.first)) == (MOST_SAMPLES, 1.0, MOST_SAMPLES)


@pytest.mark.parametrize(("percent", "found"), [(50, 50.0), (95, 95.0), (99, 99.0), (100, 100.0)])
def test_a_percentile_is_the_sample_that_so_many_do_not_exceed(percent: float, found: float) -> None:
    assert percentile([float(each) for each in range(100, 0, -1)], percent) == found


def test_there_is_no_percentile_of_nothing_and_one_sample_is_all_of_them() -> None:
    assert percentile([], 99) is None
    assert percentile([7.0], 1) == percentile([7.0], 99) == 7.0
