"""Show what the answer cache holds and saves, and clear it."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from shared.domain.access import BaseKey, Principal
from shared.domain.caching import CacheFigures
from shared.ports.catalog import Catalog
from shared.services.answer_levels import AnswerLevels

PAGE = 200
"""Bases read at one look at the register."""


@dataclass(frozen=True)
class AnswerCare:
    """The kept answers of the bases that a principal may read."""

    catalog: Catalog
    answers: AnswerLevels

    async def figures(self, principal: Principal) -> CacheFigures:
        """Return what the questions of the principal's tenant saved, and what is kept of the bases it may read."""
        return await self.answers.figures(principal.tenant, await self.bases(principal))

    async def clear(self, principal: Principal, pattern: str) -> list[str]:
        """Drop the answers of the bases whose id matches a pattern with `*`, `?` and `[...]`; return these ids."""
        matching = [each for each in await self.bases(principal) if fnmatchcase(each.id, pattern)]
        for each in matching:
            await self.answers.forget(each)
        return [each.id for each in matching]

    async def bases(self, principal: Principal) -> list[BaseKey]:
        """Return every base that the principal may read."""
        found: list[BaseKey] = []
        after = ""
        while page := await self.catalog.bases(principal, PAGE, after):
            found += [each.key for each in page]
            after = page[-1].key.id
        return found
