"""Ask models one after the other, and the next one beside a silent one too; the first to speak is heard alone."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing

from shared.domain.errors import BudgetExceeded, KnowledgeError
from shared.services.guarded_models import AWAY
from shared.services.spend import to_the_end

Pieces = AsyncGenerator[str, None]

logger = logging.getLogger(__name__)


class Hedge:
    """One text by whichever of several models speaks first; `winner` is its name once one does, `losers` were cut off.

    `calls` begin the call of each model, in the order in which they are asked. The next one is asked when one fails,
    and after `patience` seconds of silence too: None waits for as long as it takes.
    """

    def __init__(self, calls: Mapping[str, Callable[[], Pieces]], patience: float | None) -> None:
        self.winner = ""
        self.losers: tuple[str, ...] = ()
        self._calls, self._patience = calls, patience
        self._waiting = deque(calls)
        self._too_dear_beside_another: list[str] = []
        self._asked: dict[asyncio.Task[str | None], tuple[str, Pieces]] = {}
        self._errors: list[KnowledgeError] = []

    async def pieces(self) -> Pieces:
        """Give what the winner writes; the others are cancelled when it speaks, and settled when this ends.

        Raises what the winner raises, and, where nobody spoke, BudgetExceeded where a model was too dear, else what
        the last one was away for. A refused content is the answer of whichever model says so.
        """
        try:
            first, rest = await self._first()
            async with aclosing(rest):
                if first is not None:
                    yield first
                async for piece in rest:
                    yield piece
        finally:
            await to_the_end(self._dismiss())

    async def _first(self) -> tuple[str | None, Pieces]:
        while True:
            self._ask_next()
            patience = self._patience if self._waiting else None
            done, _ = await asyncio.wait(self._asked, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
            # In the order of asking, so that of two that speak at once the first is heard.
            for wait in [each for each in self._asked if each in done]:
                name, pieces = self._asked[wait]
                try:
                    first = wait.result()
                except (BudgetExceeded, *AWAY) as error:
                    self._fails(wait, error)
                    continue
                del self._asked[wait]
                self.winner, self.losers = name, tuple(loser for loser, _ in self._asked.values())
                for each in self._asked:
                    each.cancel()
                return first, pieces

    def _ask_next(self) -> None:
        """Ask the next model, or one whose money another one held, now that it is free; raise where there is none."""
        if not self._asked and not self._waiting:
            self._waiting.extend(self._too_dear_beside_another)
            self._too_dear_beside_another.clear()
        if self._waiting:
            name = self._waiting.popleft()
            pieces = self._calls[name]()
            self._asked[asyncio.create_task(begun(pieces))] = name, pieces
        elif not self._asked:
            raise next((each for each in self._errors if isinstance(each, BudgetExceeded)), self._errors[-1])

    def _fails(self, wait: asyncio.Task[str | None], error: KnowledgeError) -> None:
        name, _ = self._asked.pop(wait)
        if isinstance(error, BudgetExceeded) and self._asked:
            self._too_dear_beside_another.append(name)
            return
        self._errors.append(error)
        if not isinstance(error, BudgetExceeded):
            logger.warning("%s does not answer: %s", name, error)

    async def _dismiss(self) -> None:
        for wait, (_, pieces) in self._asked.items():
            wait.cancel()
            await asyncio.wait([wait])
            if not wait.cancelled():
                wait.exception()  # Looked at, so that asyncio does not report it as lost.
            await pieces.aclose()


async def begun(pieces: Pieces) -> str | None:
    """Return the first piece; None of nothing."""
    return await anext(pieces, None)
