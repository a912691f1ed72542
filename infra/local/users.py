"""The people who sign in and their sessions, in SQLite."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from infra.local.sqlite import Database
from shared.domain.errors import Conflict
from shared.domain.roles import Role
from shared.domain.users import Session, User

SCHEMA = """
CREATE TABLE IF NOT EXISTS user (
  tenant TEXT NOT NULL, id TEXT NOT NULL, email TEXT NOT NULL, password_hash TEXT NOT NULL, role TEXT NOT NULL,
  created_at TEXT NOT NULL, groups TEXT NOT NULL, is_disabled INTEGER NOT NULL, epoch INTEGER NOT NULL,
  PRIMARY KEY (tenant, id), UNIQUE (tenant, email)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS session (
  user TEXT NOT NULL, id TEXT NOT NULL, secret_hash TEXT NOT NULL, epoch INTEGER NOT NULL,
  created_at TEXT NOT NULL, expires_at TEXT NOT NULL, former_hash TEXT NOT NULL DEFAULT '',
  rotated_at TEXT NOT NULL DEFAULT '', PRIMARY KEY (user, id)
) WITHOUT ROWID;
"""

CHANGE = """
UPDATE user SET password_hash = ?, role = ?, groups = ?, is_disabled = ?, epoch = ? WHERE tenant = ? AND id = ?
  AND password_hash = ? AND role = ? AND groups = ? AND is_disabled = ? AND epoch = ?
"""

ROTATE = """
UPDATE session SET secret_hash = ?, former_hash = ?, rotated_at = ? WHERE user = ? AND id = ? AND secret_hash = ?
"""


class SqliteUsers:
    """Implements the port Users."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create(SCHEMA)

    async def add(self, user: User) -> None:
        """See the port."""
        row = (user.tenant, user.id, user.email, user.password_hash, user.role.value, user.created_at.isoformat())
        values = (*row, groups_text(user), user.is_disabled, user.epoch)
        try:
            await self._database.write("INSERT INTO user VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
        except sqlite3.IntegrityError:
            raise Conflict("this e-mail address cannot be registered") from None

    async def user(self, tenant: str, id: str) -> User | None:
        """See the port."""
        query = "SELECT * FROM user WHERE tenant = ? AND id = ?"
        row = await self._database.glance(lambda reader: reader.execute(query, (tenant, id)).fetchone())
        return user_of(row) if row else None

    async def with_email(self, tenant: str, email: str) -> User | None:
        """See the port."""
        rows = await self._database.read("SELECT * FROM user WHERE tenant = ? AND email = ?", (tenant, email))
        return user_of(rows[0]) if rows else None

    async def users(self, tenant: str, limit: int, after: str = "") -> Sequence[User]:
        """See the port."""
        rows = await self._database.read(
            "SELECT * FROM user WHERE tenant = ? AND id > ? ORDER BY id LIMIT ?", (tenant, after, limit)
        )
        return [user_of(row) for row in rows]

    async def change(self, user: User, known: User) -> bool:
        """See the port."""
        values = (*changing(user), known.tenant, known.id, *changing(known))
        return await self._database.write(CHANGE, values) == 1

    async def remove(self, tenant: str, id: str) -> None:
        """See the port."""
        await self._database.write("DELETE FROM user WHERE tenant = ? AND id = ?", (tenant, id))


class SqliteSessions:
    """Implements the port Sessions."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create(SCHEMA)
        for column in ("former_hash", "rotated_at"):
            database.add_column("session", column, "TEXT NOT NULL DEFAULT ''")

    async def start(self, session: Session) -> None:
        """See the port."""
        times = (session.created_at.isoformat(), session.expires_at.isoformat())
        values = (session.user, session.id, session.secret_hash, session.epoch, *times, *rotation(session))
        await self._database.write("INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)

    async def session(self, user: str, id: str) -> Session | None:
        """See the port."""
        rows = await self._database.read("SELECT * FROM session WHERE user = ? AND id = ?", (user, id))
        return session_of(rows[0]) if rows else None

    async def sessions(self, user: str) -> Sequence[Session]:
        """See the port."""
        rows = await self._database.read("SELECT * FROM session WHERE user = ? ORDER BY id", (user,))
        return [session_of(row) for row in rows]

    async def rotate(self, session: Session, following: Session) -> bool:
        """See the port."""
        values = (following.secret_hash, *rotation(following), session.user, session.id, session.secret_hash)
        return await self._database.write(ROTATE, values) == 1

    async def end(self, user: str, id: str) -> None:
        """See the port."""
        await self._database.write("DELETE FROM session WHERE user = ? AND id = ?", (user, id))

    async def end_all(self, user: str) -> None:
        """See the port."""
        await self._database.write("DELETE FROM session WHERE user = ?", (user,))


def changing(user: User) -> tuple[object, ...]:
    """Return what may change of a person, in the order of CHANGE."""
    return user.password_hash, user.role.value, groups_text(user), user.is_disabled, user.epoch


def groups_text(user: User) -> str:
    """Write the groups of a person as JSON, in order."""
    return json.dumps(sorted(user.groups))


def rotation(session: Session) -> tuple[str, str]:
    """Return what is kept of the secret before the last, in the order of ROTATE."""
    return session.former_hash, session.rotated_at.isoformat() if session.rotated_at else ""


def user_of(row: sqlite3.Row) -> User:
    """Read a person from their row."""
    return User(
        tenant=row["tenant"],
        id=row["id"],
        email=row["email"],
        password_hash=row["password_hash"],
        role=Role(row["role"]),
        created_at=datetime.fromisoformat(row["created_at"]),
        groups=frozenset(json.loads(row["groups"])),
        is_disabled=bool(row["is_disabled"]),
        epoch=row["epoch"],
    )


def session_of(row: sqlite3.Row) -> Session:
    """Read a session from its row."""
    return Session(
        user=row["user"],
        id=row["id"],
        secret_hash=row["secret_hash"],
        epoch=row["epoch"],
        created_at=datetime.fromisoformat(row["created_at"]),
        expires_at=datetime.fromisoformat(row["expires_at"]),
        former_hash=row["former_hash"],
        rotated_at=datetime.fromisoformat(row["rotated_at"]) if row["rotated_at"] else None,
    )
