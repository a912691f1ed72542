"""Keep what feedback needs to know of answers that are given outside conversations."""

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from shared.domain.answers import Answer, AnswerEvent, Finished, Question
from shared.domain.errors import Unavailable
from shared.domain.feedback import RateableAnswer
from shared.domain.roles import Role
from shared.ports.feedback import RateableAnswers
from shared.services.conversations import owner_of
from shared.services.spend import to_the_end

RATEABLE_DAYS = 7
"""Days that an answer outside conversations can be rated, as far as messages are kept so long."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rateable:
    """The id that an answer can be rated by, empty where it cannot be."""

    answer_id: str


@dataclass(frozen=True)
class Noting:
    """Answers that can be rated later. `days` is how long messages are kept."""

    kept: RateableAnswers
    days: int
    clock: Callable[[], datetime]

    async def note(self, question: Question, answer: Answer, id: str = "") -> Rateable:
        """Keep an answer, named by what it says where it has no id; of what a guest was answered nothing is kept.

        One that somebody is given again out of a cache is noted already: looking costs less than writing. The answer
        was given and paid, so that it does not fail where this fails.
        """
        if question.principal.role is Role.GUEST:
            return Rateable("")
        now = self.clock()
        noted = RateableAnswer(
            owner=owner_of(question.principal),
            id=id or name_of(question, answer),
            base=question.scope.base.id,
            version=answer.version,
            model=answer.model,
            chunk_ids=cited(answer),
            at=now,
            expires_at=now + timedelta(days=min(self.days, RATEABLE_DAYS)),
        )
        try:
            is_noted = answer.cache_hit and await self.kept.answer(noted.owner, noted.id) is not None
            if not is_noted:
                await self.kept.note(noted)
        except Unavailable as error:
            logger.warning("an answer cannot be rated: %s", error)
            return Rateable("")
        return Rateable(noted.id)

    async def along(
        self, question: Question, answer_events: AsyncGenerator[AnswerEvent, None], id: str = ""
    ) -> AsyncGenerator[AnswerEvent | Rateable, None]:
        """Pass on the events of an answer, and say before the end what it can be rated by."""
        async with aclosing(answer_events) as events:
            async for event in events:
                if isinstance(event, Finished):
                    yield await to_the_end(self.note(question, event.answer, id))
                yield event


def name_of(question: Question, answer: Answer) -> str:
    """Name an answer by its words and by what they rest on: given again, it is the same answer."""
    words = (question.scope.base.id, str(answer.version), answer.model, *cited(answer), answer.text)
    return sha256("\0".join(words).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def cited(answer: Answer) -> tuple[str, ...]:
    """Return the ids of the chunks that an answer cites, each once."""
    return tuple(dict.fromkeys(each.hit.chunk.id for each in answer.citations))
