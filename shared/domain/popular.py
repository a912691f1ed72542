"""Questions that several people asked."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.domain.answers import Question
from shared.domain.conversations import Owner

FEWEST_ASKERS = 2
"""Of a question that is popular: what one person alone asks is theirs."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks of a knowledge base, once however often; `question` is written as everybody asks it.

    It was asked last at `at`, and is forgotten at `expires_at`.
    """

    owner: Owner
    question: Question
    at: datetime
    expires_at: datetime


def most_asked(asked: Iterable[Asked], limit: int) -> list[Question]:
    """Return up to `limit` questions of at least FEWEST_ASKERS, that of most askers first, of equals the latest."""
    askers: defaultdict[Question, dict[Owner, datetime]] = defaultdict(dict)
    for each in asked:
        askers[each.question][each.owner] = each.at
    popular = [question for question, who in askers.items() if len(who) >= FEWEST_ASKERS]
    rank = {question: (len(askers[question]), max(askers[question].values())) for question in popular}
    return sorted(popular, key=rank.__getitem__, reverse=True)[:limit]
