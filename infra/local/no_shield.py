"""The adapter of the port PromptShield without a service: the screen of the steps stands alone."""

from collections.abc import Sequence


class NoShield:
    """Lets everything pass and costs nothing."""

    name = "none"

    async def ping(self) -> None:
        """Return: there is nothing to reach."""

    def question_records(self, question: str) -> int:
        """See the port."""
        return 0

    def passage_records(self, passages: Sequence[str]) -> int:
        """See the port."""
        return 0

    async def refusal(self, question: str) -> str:
        """See the port."""
        return ""

    async def attacks(self, passages: Sequence[str]) -> frozenset[int]:
        """See the port."""
        return frozenset()
