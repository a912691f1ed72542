"""Let a model do a task at a cost that was reserved, and lose nothing of what it wrote."""

from contextlib import aclosing
from dataclasses import dataclass

from shared.domain.access import Principal
from shared.domain.answers import ModelTask, TextDelta, UsageReport
from shared.domain.errors import DeadlineExceeded, ModelUnavailable
from shared.domain.money import TokenUsage
from shared.ports.models import TaskModel
from shared.services.spend import SpendGate
from shared.text.tokens import count_tokens


@dataclass(frozen=True)
class PaidTasks:
    """A model behind the gate to the money."""

    model: TaskModel
    gate: SpendGate

    async def perform(self, principal: Principal, purpose: str, task: ModelTask) -> str:
        """Return what the model wrote; a text that broke off in the middle is paid for and returned as far as it came.

        Raises BudgetExceeded before the call, and what the model raises before its first word.
        """
        estimate = TokenUsage(count_tokens(task.rules) + count_tokens(task.material), task.maximum_output_tokens)
        async with self.gate.spend(principal, purpose, self.model.name, estimate) as receipt:
            receipt.start()
            try:
                async with aclosing(self.model.perform(task)) as events:
                    async for event in events:
                        match event:
                            case TextDelta(text):
                                receipt.write(text)
                            case UsageReport(usage):
                                receipt.report(usage)
            except (ModelUnavailable, DeadlineExceeded):
                if not receipt.written:
                    raise
        return "".join(receipt.written)
