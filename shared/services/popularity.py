"""Count who asks which question."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.answering.shared_by_all import is_shared_by_all
from shared.domain.answer_key import same_for_all
from shared.domain.answers import Question
from shared.domain.conversations import Owner
from shared.domain.errors import StoreUnavailable
from shared.domain.popular import Asked
from shared.ports.popular import AskedQuestions
from shared.services.conversations import owner_of

AGAIN = timedelta(hours=1)
"""How long nothing is written of somebody who asks the same again."""

MOST_REMEMBERED = 10_000
"""Of what was written lately, in memory."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Popularity:
    """Counts each asker of a question once, for so many days; how often somebody asks it does not matter."""

    store: AskedQuestions
    days: int
    clock: Callable[[], datetime]
    lately: OrderedDict[tuple[Owner, Question], datetime] = field(default_factory=OrderedDict)

    async def note(self, question: Question) -> None:
        """Count the asker of an answered question that anybody may have asked; an answer waits for no store."""
        if not is_shared_by_all(question):
            return
        owner, same, now = owner_of(question.principal), same_for_all(question), self.clock()
        if now - self.lately.get((owner, same), datetime.min.replace(tzinfo=now.tzinfo)) < AGAIN:
            return
        try:
            await self.store.count(Asked(owner, same, now, now + timedelta(days=self.days)))
        except StoreUnavailable as error:
            logger.warning("a question was not counted: %s", error.message)
            return
        self._remember(owner, same, now)

    def _remember(self, owner: Owner, question: Question, now: datetime) -> None:
        self.lately[owner, question] = now
        self.lately.move_to_end((owner, question))
        while len(self.lately) > MOST_REMEMBERED:
            self.lately.popitem(last=False)
