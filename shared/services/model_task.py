"""Let a model do a task at a cost that was reserved, and lose nothing of what it wrote."""

from contextlib import aclosing
from dataclasses import dataclass, replace

from shared.deadline import each_in_time
from shared.domain.access import Principal
from shared.domain.answers import ROWS_TOKENS, ModelTask, TextDelta, UsageReport
from shared.domain.errors import DeadlineExceeded, ModelUnavailable
from shared.domain.money import TokenUsage
from shared.money.receipt import Receipt
from shared.ports.models import TaskModel
from shared.services.spend import SpendGate
from shared.services.switched_model import chosen_for_tasks
from shared.text.tokens import count_tokens


@dataclass(frozen=True)
class PaidTasks:
    """A model behind the gate to the money."""

    model: TaskModel
    gate: SpendGate

    async def now(self) -> "PaidTasks":
        """Return this with the model that does the work now, so that several steps are of one."""
        return replace(self, model=await chosen_for_tasks(self.model))

    async def perform(self, principal: Principal, purpose: str, task: ModelTask) -> str:
        """Return what the model wrote; a text that broke off in the middle is paid for and returned as far as it came.

        Raises BudgetExceeded before the call, and what the model raises before its first word.
        """
        return "".join((await self.performed(principal, purpose, task)).written)

    async def performed(self, principal: Principal, purpose: str, task: ModelTask) -> Receipt:
        """Return the receipt of the call, with what the model wrote. Raises like `perform`."""
        model = await chosen_for_tasks(self.model)
        read = count_tokens(task.rules) + count_tokens(task.material) + (ROWS_TOKENS if task.last_row else 0)
        estimate = TokenUsage(read, task.maximum_output_tokens)
        async with self.gate.spend(principal, purpose, model.name, estimate) as receipt:
            receipt.start()
            try:
                async with aclosing(each_in_time(model.perform(task))) as events:
                    async for event in events:
                        match event:
                            case TextDelta(text):
                                receipt.write(text)
                            case UsageReport(usage):
                                receipt.report(usage)
            except (ModelUnavailable, DeadlineExceeded):
                if not receipt.written:
                    raise
        return receipt
