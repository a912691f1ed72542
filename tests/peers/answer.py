"""The answer to every question: its cost is the same for every system."""

ANSWER = (
    "According to the passages, the two are named side by side [1]. The text gives the place and the circumstances, "
    "and says what followed from them. Nothing in the passages speaks against it. What else is asked cannot be "
    "answered from them, because they tell no more about it. The first passage is the one that carries this answer, "
    "and the others agree with it as far as they touch the same people, places and days."
)
"""About 95 tokens."""

BEGINNING = ANSWER[:25]


def is_answer(text: str | None) -> bool:
    """Say whether a system gave the model's answer; some say of themselves that they found nothing."""
    return BEGINNING in (text or "")
