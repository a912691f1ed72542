"""Which of two models is asked first."""

import pytest

from shared.answering.model_plan import PRIORITIES, SMALL_READS, ModelPlan, model_plan

LARGE, SMALL, CHECKED = ModelPlan(), ModelPlan(small_first=True), ModelPlan(small_first=True, checked=True)


@pytest.mark.parametrize(
    ("priority", "plans"),
    [
        ("quality", (LARGE, LARGE, LARGE)),
        ("cost", (CHECKED, CHECKED, CHECKED)),
        ("balanced", (CHECKED, LARGE, LARGE)),
        ("latency", (SMALL, SMALL, LARGE)),
    ],
)
def test_priority_and_complexity_choose(priority: str, plans: tuple[ModelPlan, ...]) -> None:
    assert tuple(model_plan(priority, each, 1_000) for each in ("simple", "moderate", "complex")) == plans


@pytest.mark.parametrize("priority", PRIORITIES)
def test_a_prompt_that_is_too_long_for_the_small_model_goes_to_the_large_one(priority: str) -> None:
    assert model_plan(priority, "simple", SMALL_READS).small_first == (priority != "quality")
    assert model_plan(priority, "simple", SMALL_READS + 1) == LARGE
