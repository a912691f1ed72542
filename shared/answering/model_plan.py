"""Choose which of two models is asked first, and whether its answer is checked before anybody sees it."""

from dataclasses import dataclass

PRIORITIES = ("cost", "quality", "latency", "balanced")
"""What matters most to the asker; `quality` is how a house with one model answers."""

SMALL_ALONE = "small"
"""The priority of a question that a role may have answered by a small model alone."""

SMALL_READS = 8_000
"""Tokens of a prompt up to which a small model is asked; above them such models lose what stands in the middle."""


@dataclass(frozen=True, slots=True)
class ModelPlan:
    """`small_first`: the small model is asked before the large one; `checked`: shown is what the passages carry.

    `alone`: the model that is asked first is the only one.
    """

    small_first: bool = False
    checked: bool = False
    alone: bool = False


def model_plan(priority: str, complexity: str, tokens: int) -> ModelPlan:
    """Return the plan for a question of that complexity (simple, moderate, complex) and a prompt of so many tokens.

    cost: the small model writes and is checked. balanced: so for simple questions alone. latency: the small model
    writes unchecked what is not complex. quality: the large one writes. SMALL_ALONE: the small one writes, whatever it
    is asked.
    """
    if priority == SMALL_ALONE:
        return ModelPlan(small_first=True, alone=True)
    if priority == "quality" or tokens > SMALL_READS:
        return ModelPlan()
    if priority == "latency":
        return ModelPlan(small_first=complexity != "complex")
    is_small = priority == "cost" or complexity == "simple"
    return ModelPlan(small_first=is_small, checked=is_small)
