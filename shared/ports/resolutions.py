"""Keeps what was decided about names that may be one thing, so that it can be read, judged and undone."""

from collections.abc import Sequence
from typing import Protocol

from shared.domain.access import BaseKey, Scope
from shared.domain.resolution import Doubt, Resolution, SameAs, Verdict


class ResolutionStore(Protocol):
    """Decisions of the published version: a function of the living contributions, the verdicts and what was undone."""

    async def resolutions(self, scope: Scope, limit: int, after: str = "") -> list[Resolution]:
        """Return decisions of which readable chunks name both sides, in order of id; `after` is the last id before."""
        ...

    async def same_as(self, scope: Scope, entity_ids: Sequence[str], limit: int) -> list[SameAs]:
        """Return the edges that touch the entities, of which readable chunks name both sides; the likeliest first."""
        ...

    async def undo(self, scope: Scope, resolution_id: str) -> bool:
        """Keep two names apart from now on, whoever says what; False where the scope knows of no such decision.

        Not seen before `publish`. What was undone stays so when the names go and come back.
        """
        ...

    async def doubts(self, base: BaseKey, limit: int) -> list[Doubt]:
        """Return the pairs of the middle band that wait for a verdict, the likeliest first."""
        ...

    async def judge(self, base: BaseKey, verdicts: Sequence[tuple[Doubt, Verdict]]) -> None:
        """Keep what a model says; it goes with either of the chunks that it rests on. Not seen before `publish`."""
        ...
