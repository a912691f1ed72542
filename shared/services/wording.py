"""Word a question for the search: by rules, or by a model where the question asks for one."""

import logging
from dataclasses import dataclass, replace
from time import perf_counter

from shared.answering.expansion import expansion_task, expansions
from shared.answering.rewriting import can_be_rewritten, rewriting_task, rewritten
from shared.answering.standalone import standalone
from shared.domain.access import Principal
from shared.domain.answers import Aid, ModelTask, Question
from shared.domain.errors import BadRequest, BudgetExceeded, Unavailable
from shared.services.model_task import PaidTasks

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Worded:
    """A question as it is searched for, what else to search for, and what the model's help with either took."""

    text: str
    also: tuple[str, ...]
    rewriting: Aid
    expansion: Aid

    @property
    def aid(self) -> Aid:
        """Both together."""
        return self.rewriting + self.expansion


@dataclass(frozen=True)
class Wording:
    """Words questions; without `tasks` no model helps."""

    tasks: PaidTasks | None

    async def of(self, question: Question) -> Worded:
        """Say a follow-up without its conversation, and look for other words. Raises nothing of the model's own.

        Where there is no model, or the model or the budget refuses, the rules' wording stays, and there are no other
        words.
        """
        text, rewriting = await self.alone(question)
        also, expansion = await self.others(question, text)
        return Worded(text, also, rewriting, expansion)

    async def alone(self, question: Question) -> tuple[str, Aid]:
        """Return the question without its conversation; `took_part` says that it has other words than were asked."""
        by_rules = standalone(question.text, question.history)
        if not (question.use_query_rewriting and self.tasks and can_be_rewritten(question.text, question.history)):
            return by_rules, Aid(took_part=by_rules != question.text)
        task = rewriting_task(question.text, question.history)
        written, aid = await helped(self.tasks, question.principal, "rewriting", task)
        text = rewritten(written, question.text, question.history) or by_rules
        return text, replace(aid, took_part=text != question.text)

    async def others(self, question: Question, text: str) -> tuple[tuple[str, ...], Aid]:
        """Return other words for what is searched for."""
        if not question.use_query_expansion or not self.tasks:
            return (), Aid()
        written, aid = await helped(self.tasks, question.principal, "expansion", expansion_task(text))
        also = expansions(written, text)
        return also, replace(aid, took_part=bool(also))


async def helped(tasks: PaidTasks, principal: Principal, purpose: str, task: ModelTask) -> tuple[str, Aid]:
    """Return what the model wrote and what it took; "" where it or the budget refuses."""
    started = perf_counter()
    try:
        receipt = await tasks.performed(principal, purpose, task)
    except (Unavailable, BudgetExceeded, BadRequest) as error:
        logger.warning("the question stays as it is, without %s: %s", purpose, error)
        return "", Aid(failed=True, milliseconds=(perf_counter() - started) * 1000)
    took = (perf_counter() - started) * 1000
    return "".join(receipt.written), Aid(milliseconds=took, usage=receipt.usage, cost=receipt.cost)
