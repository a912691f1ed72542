"""Ask the near cache, the shared one, and what was asked in other words; count what each saves."""

import logging
from collections import Counter, defaultdict
from collections.abc import Sequence
from math import inf

from shared.domain.access import BaseKey
from shared.domain.answers import Answer, Question
from shared.domain.caching import CacheFigures, Holding, Kept, LevelFigures, Savings
from shared.domain.errors import StoreUnavailable
from shared.ports.answer_cache import AnswerCache
from shared.services.alike_questions import AlikeQuestions

MEMORY, SHARED, ALIKE = "memory", "shared", "alike"

logger = logging.getLogger(__name__)


class AnswerLevels:
    """Port AnswerCache of two exact levels, and of questions that are alike to answered ones.

    What the shared level has lives on in the near one for the time that is left. The same question is looked for
    before an alike one: it is the better answer, and asking for it costs no vector.
    """

    def __init__(self, near: AnswerCache, far: AnswerCache, alike: AlikeQuestions | None = None) -> None:
        """`near` is this process's own, `far` outlives it and may be shared; without `alike` words must be equal."""
        self._near, self._far, self._alike = near, far, alike
        self._saved: defaultdict[tuple[str, str], Savings] = defaultdict(Savings)
        self._misses: Counter[str] = Counter()

    def with_alike(self, alike: AlikeQuestions) -> "AnswerLevels":
        """Return the same levels, which find alike questions too."""
        return AnswerLevels(self._near, self._far, alike)

    async def get(self, question: Question, version: int) -> Kept | None:
        """See the port; a shared cache that is away is a miss."""
        kept = await self._exact(question, version) or await self._of_alike(question, version)
        self._count(question.principal.tenant, kept)
        return kept

    async def keep(self, question: Question, version: int, answer: Answer, seconds: float = inf) -> None:
        """See the port; an answer that the shared cache cannot take was paid for all the same, and is given."""
        await self._near.keep(question, version, answer, seconds)
        if self._alike:
            self._alike.remember(question, version)
        try:
            await self._far.keep(question, version, answer, seconds)
        except StoreUnavailable as error:
            logger.warning("an answer was not kept: %s", error.message)

    async def forget(self, base: BaseKey) -> None:
        """See the port. Raises StoreUnavailable: what could not be forgotten must not pass for forgotten."""
        await self._near.forget(base)
        await self._far.forget(base)

    async def holding(self, bases: Sequence[BaseKey]) -> Holding:
        """See the port; what both levels have counts once."""
        return await self._far.holding(bases)

    async def figures(self, tenant: str, bases: Sequence[BaseKey]) -> CacheFigures:
        """Return what a tenant's questions saved in this process, and what is kept of some of its bases."""
        levels = [(MEMORY, await self._near.holding(bases)), (SHARED, await self._far.holding(bases))]
        if self._alike:
            levels.append((ALIKE, self._alike.holding(bases)))
        figures = tuple(LevelFigures(name, self._saved[tenant, name], held) for name, held in levels)
        return CacheFigures(figures, self._misses[tenant])

    async def _exact(self, question: Question, version: int) -> Kept | None:
        if kept := await self._near.get(question, version):
            return Kept(kept.answer, kept.seconds, MEMORY)
        if kept := await self._shared(question, version):
            await self._near.keep(question, version, kept.answer, kept.seconds)
            return Kept(kept.answer, kept.seconds, SHARED)
        return None

    async def _of_alike(self, question: Question, version: int) -> Kept | None:
        for other in await self._alike.find(question, version) if self._alike else ():
            if kept := await self._exact(other, version):
                return Kept(kept.answer, kept.seconds, ALIKE)
        return None

    async def _shared(self, question: Question, version: int) -> Kept | None:
        try:
            return await self._far.get(question, version)
        except StoreUnavailable as error:
            logger.warning("the shared answers were not asked: %s", error.message)
            return None

    def _count(self, tenant: str, kept: Kept | None) -> None:
        if kept:
            self._saved[tenant, kept.level] = self._saved[tenant, kept.level].with_hit(kept.answer)
        else:
            self._misses[tenant] += 1
