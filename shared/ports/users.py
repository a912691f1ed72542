"""The people who sign in, and their sessions."""

from collections.abc import Sequence
from typing import Protocol

from shared.domain.users import Session, User


class Users(Protocol):
    """The register of people. No two people of a tenant have one e-mail address."""

    async def add(self, user: User) -> None:
        """Add a person. Raises Conflict where the e-mail address is taken in the tenant."""
        ...

    async def user(self, tenant: str, id: str) -> User | None:
        """Return a person, or None."""
        ...

    async def with_email(self, tenant: str, email: str) -> User | None:
        """Return the person with this e-mail address, or None."""
        ...

    async def users(self, tenant: str, limit: int, after: str = "") -> Sequence[User]:
        """Return people of the tenant in order of id; `after` is the last id of the page before."""
        ...

    async def change(self, user: User, known: User) -> bool:
        """Replace what is known of a person, but for the address, where it is still `known`; say whether it was."""
        ...

    async def remove(self, tenant: str, id: str) -> None:
        """Forget a person; one that is not there is no error."""
        ...


class Sessions(Protocol):
    """The sessions of people."""

    async def start(self, session: Session) -> None:
        """Keep a new session."""
        ...

    async def session(self, user: str, id: str) -> Session | None:
        """Return a session, or None."""
        ...

    async def sessions(self, user: str) -> Sequence[Session]:
        """Return every session of a person, in order of id."""
        ...

    async def rotate(self, session: Session, following: Session) -> bool:
        """Put `following` where the secret is still that of `session`; of several at once, one is told that it did."""
        ...

    async def end(self, user: str, id: str) -> None:
        """Forget a session; one that is not there is no error."""
        ...

    async def end_all(self, user: str) -> None:
        """Forget every session of a person."""
        ...
