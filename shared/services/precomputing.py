"""Answer what is popular before it is asked again, once a knowledge base has changed."""

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.deadline import check_time, ending_within
from shared.domain.access import PRECOMPUTING, BaseKey, background
from shared.domain.answers import Answer, Question
from shared.domain.documents import DocumentState
from shared.domain.errors import BadRequest, BudgetExceeded, DeadlineExceeded, ModelUnavailable, Unavailable
from shared.domain.popular import most_asked
from shared.ports.catalog import Catalog
from shared.ports.chunk_index import ChunkIndex
from shared.ports.graph_store import GraphStore
from shared.ports.popular import PopularStore
from shared.services.ask import Asking

LOOKED_AT = 2000
"""Askings of a base that are looked at, the latest."""

MOST_IN_A_RUN = 100
"""Answers that one run writes; the next goes on."""

LATELY = timedelta(hours=1)
"""How long a document that nobody has moved on counts as being read."""

SOME = 500
"""Documents that are looked at for one that is being read."""

READ = frozenset({DocumentState.READY, DocumentState.FAILED, DocumentState.DELETED})
"""Where a document stands that changes no more."""

SECOND_BEST = frozenset({"degraded", "stand_in_model"})
"""Features of an answer that is not kept, since the model that should write it was away."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Precomputing:
    """Asks up to `most` popular questions of each changed base in the scope that all their askers have.

    That is everybody's, and the questions are asked by nobody: whoever sees more, or less, is given none of it. An
    answer may take `seconds`.
    """

    catalog: Catalog
    index: ChunkIndex
    graph: GraphStore
    popular: PopularStore
    ask: Asking
    most: int
    seconds: float
    clock: Callable[[], datetime]

    async def run(self) -> int:
        """Answer what is popular in every base that changed and came to rest; return how many answers were written.

        Where the money, a model or a store is gone, or enough is written, the rest waits for the next run, which finds
        in the cache what this one wrote.
        """
        written = 0
        try:
            async with aclosing(self.answers()) as answers:
                async for answer in answers:
                    written += not answer.cache_hit
                    if written >= MOST_IN_A_RUN:
                        break
        except (BudgetExceeded, Unavailable) as error:
            logger.warning("what is popular waits for the next run: %s", error.message)
        return written

    async def answers(self) -> AsyncGenerator[Answer, None]:
        """Answer the popular questions of one base after the other, and note each base that is through."""
        for base in await self.catalog.all_bases():
            state = await self.state(base)
            if state == await self.popular.answered(base) or await self.is_being_read(base):
                continue
            for question in most_asked(await self.popular.latest(base, LOOKED_AT), self.most):
                if answer := await self.answer(question):
                    yield answer
            await self.popular.note_answered(base, state)

    async def state(self, base: BaseKey) -> str:
        """Name the state of a base that its answers are made from: the versions of its index and of its graph."""
        return f"{await self.index.version(base)}.{await self.graph.version(base)}"

    async def is_being_read(self, base: BaseKey) -> bool:
        """Say whether a document of the base is on its way: each step of it would make the answers outdated."""
        moved = await self.catalog.changed_documents(base, self.clock() - LATELY, SOME)
        return any(each.state not in READ for each in moved)

    async def answer(self, question: Question) -> Answer | None:
        """Answer a question as its askers would be answered; None where it cannot be, now or ever.

        Raises BudgetExceeded and Unavailable, where the next question would very likely meet the same.
        """
        asker = background(question.scope.base.tenant, PRECOMPUTING)
        try:
            with ending_within(self.seconds):
                answer = await self.ask.answer(replace(question, principal=asker))
                if SECOND_BEST.intersection(answer.features):
                    check_time()
                    raise ModelUnavailable("the model that answers is away")
        except (BadRequest, DeadlineExceeded) as error:
            logger.warning("a popular question was not answered: %s", error.message)
            return None
        return answer
