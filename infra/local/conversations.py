"""The conversations of people in SQLite, in a file of their own."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime

from infra.local.sqlite import Database
from infra.message_json import json_of, message_of
from shared.domain.conversations import LAST_PLACE, Conversation, Message, Owner

SCHEMA = """
CREATE TABLE IF NOT EXISTS conversation (
  tenant TEXT NOT NULL, user TEXT NOT NULL, id TEXT NOT NULL, base TEXT NOT NULL, title TEXT NOT NULL,
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL, expires_at TEXT NOT NULL, length INTEGER NOT NULL,
  place TEXT NOT NULL, ends_at REAL NOT NULL, PRIMARY KEY (tenant, user, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS conversation_place ON conversation (tenant, user, place);
CREATE INDEX IF NOT EXISTS conversation_end ON conversation (ends_at);
CREATE TABLE IF NOT EXISTS message (
  tenant TEXT NOT NULL, user TEXT NOT NULL, conversation TEXT NOT NULL, number INTEGER NOT NULL,
  ends_at REAL NOT NULL, body TEXT NOT NULL, PRIMARY KEY (tenant, user, conversation, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS message_end ON message (ends_at);
"""

OWN = "tenant = ? AND user = ?"
PAGE = f"SELECT * FROM conversation WHERE {OWN} AND place < ? AND ends_at > ? ORDER BY place DESC LIMIT ?"
CHANGE = f"""
UPDATE conversation SET title = ?, updated_at = ?, expires_at = ?, length = ?, place = ?, ends_at = ?
  WHERE {OWN} AND id = ? AND ends_at > ? AND title = ? AND updated_at = ? AND length = ?
"""
MESSAGES = f"""
SELECT body FROM message WHERE {OWN} AND conversation = ? AND number > ? AND ends_at > ? ORDER BY number LIMIT ?
"""


class SqliteConversations:
    """Implements the ports Conversations, Messages, Expiring and Erasable."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock
        database.create(SCHEMA)

    async def start(self, conversation: Conversation, most: int) -> bool:
        """See the port."""
        owner, now = own(conversation.owner), self._clock().timestamp()

        def start() -> bool:
            with self._database.transaction() as connection:
                query = f"SELECT COUNT(*) FROM conversation WHERE {OWN} AND ends_at > ?"
                if connection.execute(query, (*owner, now)).fetchone()[0] >= most:
                    return False
                row = (conversation.id, conversation.base, conversation.title, conversation.created_at.isoformat())
                values = (*owner, *row, *changing(conversation)[1:])
                connection.execute("INSERT INTO conversation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
                return True

        return await self._database.run(start)

    async def conversation(self, owner: Owner, id: str) -> Conversation | None:
        """See the port."""
        query = f"SELECT * FROM conversation WHERE {OWN} AND id = ? AND ends_at > ?"
        rows = await self._database.read(query, (*own(owner), id, self._clock().timestamp()))
        return conversation_of(rows[0]) if rows else None

    async def conversations(self, owner: Owner, limit: int, before: str = LAST_PLACE) -> Sequence[Conversation]:
        """See the port."""
        rows = await self._database.read(PAGE, (*own(owner), before, self._clock().timestamp(), limit))
        return [conversation_of(row) for row in rows]

    async def change(self, conversation: Conversation, known: Conversation, messages: Sequence[Message] = ()) -> bool:
        """See the port."""
        owner, now = own(known.owner), self._clock().timestamp()
        was = (known.id, now, known.title, known.updated_at.isoformat(), known.length)

        def change() -> bool:
            with self._database.transaction() as connection:
                if connection.execute(CHANGE, (*changing(conversation), *owner, *was)).rowcount != 1:
                    return False
                rows = [
                    (*owner, known.id, each.number, each.expires_at.timestamp(), written(each)) for each in messages
                ]
                connection.executemany("INSERT INTO message VALUES (?, ?, ?, ?, ?, ?)", rows)
                return True

        return await self._database.run(change)

    async def remove(self, owner: Owner, id: str) -> None:
        """See the port."""

        def remove() -> None:
            with self._database.transaction() as connection:
                connection.execute(f"DELETE FROM conversation WHERE {OWN} AND id = ?", (*own(owner), id))
                connection.execute(f"DELETE FROM message WHERE {OWN} AND conversation = ?", (*own(owner), id))

        await self._database.run(remove)

    async def erase(self, owner: Owner) -> None:
        """See the port."""

        def erase() -> None:
            with self._database.transaction() as connection:
                for table in ("conversation", "message"):
                    connection.execute(f"DELETE FROM {table} WHERE {OWN}", own(owner))

        await self._database.run(erase)

    async def messages(self, owner: Owner, conversation_id: str, limit: int, after: int = 0) -> Sequence[Message]:
        """See the port."""
        now = self._clock().timestamp()
        rows = await self._database.read(MESSAGES, (*own(owner), conversation_id, after, now, limit))
        return [message_of(json.loads(row["body"])) for row in rows]

    async def sweep(self) -> int:
        """See the port."""
        now = self._clock().timestamp()
        gone = await self._database.write("DELETE FROM message WHERE ends_at <= ?", (now,))
        return gone + await self._database.write("DELETE FROM conversation WHERE ends_at <= ?", (now,))


def own(owner: Owner) -> tuple[str, str]:
    """Return the values of OWN."""
    return owner.tenant, owner.user


def changing(conversation: Conversation) -> tuple[object, ...]:
    """Return what may change of a conversation, in the order of its columns."""
    times = (conversation.updated_at.isoformat(), conversation.expires_at.isoformat())
    return conversation.title, *times, conversation.length, conversation.place, conversation.expires_at.timestamp()


def written(message: Message) -> str:
    """Write a message."""
    return json.dumps(json_of(message), ensure_ascii=False)


def conversation_of(row: sqlite3.Row) -> Conversation:
    """Read a conversation from its row."""
    return Conversation(
        owner=Owner(row["tenant"], row["user"]),
        id=row["id"],
        base=row["base"],
        title=row["title"],
        created_at=datetime.fromisoformat(row["created_at"]),
        updated_at=datetime.fromisoformat(row["updated_at"]),
        expires_at=datetime.fromisoformat(row["expires_at"]),
        length=row["length"],
    )
