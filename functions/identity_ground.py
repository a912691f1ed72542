"""What sign-in stands on: one adapter for every port of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from functions.closing import Closing
from infra.azure.cosmos.connection import CosmosConnection
from infra.keys import Key
from shared.ports.audit import AuditTrail
from shared.ports.directory import Directory
from shared.ports.service_keys import ServiceKeys
from shared.ports.signing import AccessTokens, Passwords, RequestSignatures
from shared.ports.users import Sessions, Users
from shared.settings import Settings


@dataclass(frozen=True)
class IdentityStores:
    """What keeps people, their sessions, the keys of programs, and what was done to them."""

    users: Users
    sessions: Sessions
    audit: AuditTrail
    service_keys: ServiceKeys


@dataclass(frozen=True)
class IdentityGround:
    """One adapter for every port of sign-in; what is None is not taken."""

    stores: IdentityStores
    passwords: Passwords
    tokens: AccessTokens
    admin_key: Callable[[], Awaitable[str]] | None
    directory: Directory | None
    signatures: RequestSignatures | None


def sqlite_identity(settings: Settings, closing: Closing) -> IdentityStores:
    """Keep them in a SQLite file of their own; `closing` lets go of it."""
    from infra.local.audit import SqliteAuditTrail
    from infra.local.service_keys import SqliteServiceKeys
    from infra.local.sqlite import Database
    from infra.local.users import SqliteSessions, SqliteUsers

    database = closing.over(Database(settings.data_dir / "identity.sqlite"))
    return IdentityStores(
        SqliteUsers(database), SqliteSessions(database), SqliteAuditTrail(database), SqliteServiceKeys(database)
    )


def cosmos_identity(connection: CosmosConnection) -> IdentityStores:
    """Keep them in Cosmos DB."""
    from infra.azure.cosmos.audit import CosmosAuditTrail
    from infra.azure.cosmos.service_keys import CosmosServiceKeys
    from infra.azure.cosmos.users import CosmosSessions, CosmosUsers

    return IdentityStores(
        CosmosUsers(connection), CosmosSessions(connection), CosmosAuditTrail(connection), CosmosServiceKeys(connection)
    )


def identity_ground(
    settings: Settings, key_of: Callable[[str], Key], stores: Callable[[], IdentityStores], closing: Closing
) -> IdentityGround | None:
    """Return what sign-in stands on, or None where it is off; `key_of` looks a key up, `closing` lets go of it."""
    if settings.sign_in == "off":
        return None
    from infra.signing.access_tokens import SignedAccessTokens
    from infra.signing.key_ring import KeyRing
    from infra.signing.passwords import ArgonPasswords

    return IdentityGround(
        stores=stores(),
        passwords=closing.over(ArgonPasswords()),
        tokens=SignedAccessTokens(KeyRing("SIGNING_KEYS", key_of(settings.signing_keys))),
        admin_key=asked(key_of(settings.admin_key)) if settings.admin_key else None,
        directory=directory(settings),
        signatures=signatures(key_of(settings.request_signing_keys)) if settings.request_signing_keys else None,
    )


def signatures(keys: Key) -> RequestSignatures:
    """Return what reads the signatures of requests."""
    from infra.signing.key_ring import KeyRing
    from infra.signing.request_signatures import HmacSignatures

    return HmacSignatures(KeyRing("REQUEST_SIGNING_KEYS", keys))


def directory(settings: Settings) -> Directory | None:
    """Return the directory whose tokens are taken too, where there is one."""
    if not settings.entra_tenant_id:
        return None
    from infra.signing.entra import EntraTokens

    return EntraTokens(settings.entra_authority, settings.entra_tenant_id, settings.entra_audience)


def asked(key: Key) -> Callable[[], Awaitable[str]]:
    """Return what gives a key, whether it is one or has to be looked up."""
    if not isinstance(key, str):
        return key
    known = key

    async def given() -> str:
        return known

    return given
