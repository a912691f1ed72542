"""The people who sign in and their sessions in Cosmos DB: a partition per tenant, and one per person."""

from collections.abc import Sequence
from datetime import datetime

from infra.azure.cosmos.connection import CosmosConnection
from infra.azure.cosmos.containers import PEOPLE, SESSIONS
from infra.azure.cosmos.names import item_name
from infra.azure.cosmos.table import Item, Table, with_partition
from shared.domain.errors import Conflict
from shared.domain.roles import Role
from shared.domain.users import Session, User

PAGE_OF_PEOPLE = "SELECT * FROM c WHERE c.user > @after ORDER BY c.user"


class CosmosUsers:
    """Implements the port Users. An item of its own holds each address, so that nobody else can take it."""

    def __init__(self, connection: CosmosConnection) -> None:
        self._people = Table(connection, PEOPLE)

    async def add(self, user: User) -> None:
        """See the port."""
        partition = item_name(user.tenant)
        held = with_partition(partition, address_name(user.email), held_by=user.id)
        if await self._people.batch(partition, [("create", (held,)), ("create", (item_of(user),))]) is None:
            return
        # The answer to an earlier attempt of this very call may have been lost.
        present = await self._people.read(partition, held["id"])
        if present is None or present["held_by"] != user.id:
            raise Conflict("this e-mail address cannot be registered")

    async def user(self, tenant: str, id: str) -> User | None:
        """See the port."""
        item = await self._people.read(item_name(tenant), person_name(id))
        return user_of(item) if item else None

    async def with_email(self, tenant: str, email: str) -> User | None:
        """See the port."""
        held = await self._people.read(item_name(tenant), address_name(email))
        return await self.user(tenant, held["held_by"]) if held else None

    async def users(self, tenant: str, limit: int, after: str = "") -> Sequence[User]:
        """See the port."""
        items = await self._people.query(item_name(tenant), PAGE_OF_PEOPLE, {"@after": after}, limit)
        return [user_of(item) for item in items]

    async def change(self, user: User, known: User) -> bool:
        """See the port."""
        item = await self._people.read(item_name(known.tenant), person_name(known.id))
        if item is None or user_of(item) != known:
            return False
        if await self._people.replace(item_of(user), item["_etag"]) is None:
            return True
        # Either somebody was faster, or the answer to an earlier attempt of this very call was lost.
        return await self.user(user.tenant, user.id) == user

    async def remove(self, tenant: str, id: str) -> None:
        """See the port. The address comes first: whoever is left without one can be removed again."""
        if user := await self.user(tenant, id):
            await self._people.delete(item_name(tenant), address_name(user.email))
            await self._people.delete(item_name(tenant), person_name(id))


class CosmosSessions:
    """Implements the port Sessions."""

    def __init__(self, connection: CosmosConnection) -> None:
        self._sessions = Table(connection, SESSIONS)

    async def start(self, session: Session) -> None:
        """See the port. The service removes a session after its time."""
        await self._sessions.put(item_of_session(session))

    async def session(self, user: str, id: str) -> Session | None:
        """See the port."""
        item = await self._sessions.read(item_name(user), item_name(id))
        return session_of(item) if item else None

    async def sessions(self, user: str) -> Sequence[Session]:
        """See the port."""
        items = await self._sessions.query(item_name(user), "SELECT * FROM c ORDER BY c.session", {})
        return [session_of(item) for item in items]

    async def rotate(self, session: Session, following: Session) -> bool:
        """See the port."""
        partition, name = item_name(session.user), item_name(session.id)
        item = await self._sessions.read(partition, name)
        if item is None or item["secret_hash"] != session.secret_hash:
            return False
        if await self._sessions.replace(item_of_session(following), item["_etag"]) is None:
            return True
        # No two calls have the same new secret, so a session that has it was changed by this one.
        present = await self.session(session.user, session.id)
        return present is not None and present.secret_hash == following.secret_hash

    async def end(self, user: str, id: str) -> None:
        """See the port."""
        await self._sessions.delete(item_name(user), item_name(id))

    async def end_all(self, user: str) -> None:
        """See the port."""
        found = await self.sessions(user)
        await self._sessions.delete_all(item_name(user), [item_name(each.id) for each in found])


def person_name(id: str) -> str:
    """Name the item of a person."""
    return item_name("person", id)


def address_name(email: str) -> str:
    """Name the item that holds an address."""
    return item_name("address", email)


def item_of(user: User) -> Item:
    """Write a person."""
    return with_partition(
        item_name(user.tenant),
        person_name(user.id),
        tenant=user.tenant,
        user=user.id,
        email=user.email,
        password_hash=user.password_hash,
        role=user.role.value,
        created_at=user.created_at.isoformat(),
        groups=sorted(user.groups),
        is_disabled=user.is_disabled,
        epoch=user.epoch,
    )


def user_of(item: Item) -> User:
    """Read a person."""
    return User(
        tenant=item["tenant"],
        id=item["user"],
        email=item["email"],
        password_hash=item["password_hash"],
        role=Role(item["role"]),
        created_at=datetime.fromisoformat(item["created_at"]),
        groups=frozenset(item["groups"]),
        is_disabled=item["is_disabled"],
        epoch=item["epoch"],
    )


def item_of_session(session: Session) -> Item:
    """Write a session."""
    return with_partition(
        item_name(session.user),
        item_name(session.id),
        user=session.user,
        session=session.id,
        secret_hash=session.secret_hash,
        epoch=session.epoch,
        created_at=session.created_at.isoformat(),
        expires_at=session.expires_at.isoformat(),
        former_hash=session.former_hash,
        rotated_at=session.rotated_at.isoformat() if session.rotated_at else "",
        ttl=round((session.expires_at - session.created_at).total_seconds()),
    )


def session_of(item: Item) -> Session:
    """Read a session."""
    return Session(
        user=item["user"],
        id=item["session"],
        secret_hash=item["secret_hash"],
        epoch=item["epoch"],
        created_at=datetime.fromisoformat(item["created_at"]),
        expires_at=datetime.fromisoformat(item["expires_at"]),
        former_hash=item.get("former_hash", ""),
        rotated_at=datetime.fromisoformat(item["rotated_at"]) if item.get("rotated_at") else None,
    )
