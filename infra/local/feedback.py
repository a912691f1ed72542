"""What people say of answers, in SQLite."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from infra.feedback_json import feedback_of, json_of
from infra.local.sqlite import Database
from shared.domain.conversations import Owner
from shared.domain.feedback import Feedback, FeedbackCount

SCHEMA = """
CREATE TABLE IF NOT EXISTS feedback (
  tenant TEXT NOT NULL, user TEXT NOT NULL, conversation TEXT NOT NULL, number INTEGER NOT NULL, base TEXT NOT NULL,
  rating TEXT NOT NULL, has_comment INTEGER NOT NULL, has_correction INTEGER NOT NULL, ends_at REAL NOT NULL,
  body TEXT NOT NULL, PRIMARY KEY (tenant, user, conversation, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS feedback_base ON feedback (tenant, base, rating, has_comment, has_correction, ends_at);
CREATE INDEX IF NOT EXISTS feedback_end ON feedback (ends_at);
"""

GIVEN = """
SELECT body FROM feedback WHERE tenant = ? AND user = ? AND ? IN ('', conversation) AND ends_at > ?
  ORDER BY conversation, number
"""
COUNTS = """
SELECT base, SUM(rating = 'up') AS up, SUM(rating = 'down') AS down, SUM(has_comment) AS comments,
  SUM(has_correction) AS corrections
  FROM feedback WHERE tenant = ? AND ends_at > ? GROUP BY base ORDER BY base
"""


class SqliteFeedback:
    """Implements the port FeedbackStore."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock
        database.create(SCHEMA)

    async def keep(self, feedback: Feedback) -> None:
        """See the port."""
        name = (feedback.owner.tenant, feedback.owner.user, feedback.thread, feedback.number)
        counted = (feedback.base, feedback.rating.value, bool(feedback.comment), bool(feedback.correction))
        body = json.dumps(json_of(feedback), ensure_ascii=False)
        row = (*name, *counted, feedback.expires_at.timestamp(), body)
        await self._database.write("INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    async def given(self, owner: Owner, conversation_id: str = "") -> Sequence[Feedback]:
        """See the port."""
        wanted = (owner.tenant, owner.user, conversation_id, self._clock().timestamp())
        return [feedback_of(json.loads(row["body"])) for row in await self._database.read(GIVEN, wanted)]

    async def counts(self, tenant: str) -> Sequence[FeedbackCount]:
        """See the port."""
        rows = await self._database.read(COUNTS, (tenant, self._clock().timestamp()))
        return [FeedbackCount(**dict(row)) for row in rows]

    async def erase(self, owner: Owner) -> None:
        """See the port."""
        await self._database.write("DELETE FROM feedback WHERE tenant = ? AND user = ?", (owner.tenant, owner.user))

    async def sweep(self) -> int:
        """See the port."""
        return await self._database.write("DELETE FROM feedback WHERE ends_at <= ?", (self._clock().timestamp(),))
