"""Signs access tokens, and reads those that are signed by a present key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from infra.signing.key_ring import KeyRing
from shared.domain.errors import NotSignedIn
from shared.domain.users import AccessClaims

ALGORITHM = "HS256"
KIND = "at+jwt"
"""The `typ` of an access token by RFC 9068, so that no other signed thing passes for one."""

NAME = "knowledge-rag"
"""Issuer and audience: what this service writes for itself."""

LONGEST_TOKEN = 4096
"""Characters of a token that is looked into; ours have some 300."""

LEEWAY = 5
"""Seconds by which the clocks of instances may differ."""

CLAIMS = ["exp", "iat", "nbf", "iss", "aud", "sub", "tenant", "epoch"]


@dataclass(frozen=True)
class SignedAccessTokens:
    """Implements the port AccessTokens; the newest key of the ring signs."""

    ring: KeyRing

    async def written(self, claims: AccessClaims) -> str:
        """See the port."""
        import jwt

        kid, key = await self.ring.newest()
        return jwt.encode(payload_of(claims), key, ALGORITHM, headers={"kid": kid, "typ": KIND})

    async def read(self, token: str) -> AccessClaims:
        """See the port."""
        import jwt

        if len(token) > LONGEST_TOKEN:
            raise refused()
        try:
            header = jwt.get_unverified_header(token)
            key = await self.ring.key(header.get("kid"))
            if header.get("typ") != KIND or key is None:
                raise refused()
            payload = jwt.decode(
                token, key, [ALGORITHM], {"require": CLAIMS}, audience=NAME, issuer=NAME, leeway=LEEWAY
            )
            return claims_of(payload)
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError) as error:
            raise refused() from error


def payload_of(claims: AccessClaims) -> dict[str, Any]:
    """Write claims under their registered names."""
    return {
        "iss": NAME,
        "aud": NAME,
        "sub": claims.user,
        "tenant": claims.tenant,
        "epoch": claims.epoch,
        "iat": claims.issued_at,
        "nbf": claims.issued_at,
        "exp": claims.expires_at,
    }


def claims_of(payload: Mapping[str, Any]) -> AccessClaims:
    """Read claims. Raises TypeError where one is of another kind."""
    tenant, user, epoch = payload["tenant"], payload["sub"], payload["epoch"]
    if not isinstance(tenant, str) or not isinstance(user, str) or type(epoch) is not int:
        raise TypeError("a claim is of another kind")
    since, until = (datetime.fromtimestamp(payload[name], UTC) for name in ("iat", "exp"))
    return AccessClaims(tenant, user, epoch, since, until)


def refused() -> NotSignedIn:
    """Say no more than that a token is not good."""
    return NotSignedIn("the token is not valid, or not any more; sign in again")
