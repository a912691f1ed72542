"""Reads access tokens of Microsoft Entra ID, under the keys that it publishes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any

from infra.signing.access_tokens import LEEWAY, refused
from infra.signing.key_ring import BETWEEN_LOOKS
from infra.trusted import trusted
from shared.domain.access import Principal, labels_of
from shared.domain.errors import StoreUnavailable
from shared.domain.roles import GIVEN_ROLES, Role

if TYPE_CHECKING:
    from jwt import PyJWK

ALGORITHM = "RS256"
"""The only one that Entra ID signs access tokens with."""

LONGEST_TOKEN = 16_384
"""Characters; a token with the 200 groups that Entra ID writes at most is far below."""

FRESH_SECONDS = 86_400.0
"""How long published keys are kept; Microsoft asks to look daily, and at once for an unknown key."""

LARGEST_ANSWER = 1_000_000
"""Bytes."""

PATIENCE_SECONDS = 5.0
"""Within which the keys are there, to the last byte; whoever signs in waits for them."""

CLAIMS = ["exp", "iat", "nbf", "iss", "aud", "tid", "oid"]


@dataclass
class EntraTokens:
    """Implements the port Directory for one tenant of Entra ID: version 2.0 access tokens for one audience."""

    authority: str
    tenant: str
    audience: str
    clock: Callable[[], float] = monotonic
    seconds: float = PATIENCE_SECONDS
    _keys: Mapping[str, PyJWK] = field(default_factory=dict)
    _asked_at: float = float("-inf")
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def issuer(self) -> str:
        """Who its tokens say they are from."""
        return f"{self.authority.rstrip('/')}/{self.tenant}/v2.0"

    async def ping(self) -> None:
        """See the port."""
        async with self._asking:
            if not self._keys:
                self._asked_at = self.clock()
                await self._look()
            if not self._keys:
                raise StoreUnavailable("the keys of Microsoft Entra ID cannot be had")

    async def principal(self, token: str) -> Principal | None:
        """See the port."""
        import jwt

        if len(token) > LONGEST_TOKEN:
            raise refused()
        try:
            unread = jwt.decode_complete(token, options={"verify_signature": False})
            if unread["payload"].get("iss") != self.issuer:
                return None
            key = await self._key(unread["header"].get("kid"))
            options: Any = {"require": CLAIMS, "enforce_minimum_key_length": True}
            payload = jwt.decode(
                token, key, [ALGORITHM], options, audience=self.audience, issuer=self.issuer, leeway=LEEWAY
            )
            return self._principal(payload)
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError) as error:
            raise refused() from error

    def _principal(self, payload: Mapping[str, Any]) -> Principal:
        roles, groups = texts(payload.get("roles", [])), texts(payload.get("groups", []))
        user = payload["oid"]
        # What has neither scope nor role is an identity token, which is for the program that asked for it.
        if payload["tid"] != self.tenant or not isinstance(user, str) or not user or not (roles or payload.get("scp")):
            raise refused()
        role = next((each for each in GIVEN_ROLES if each.value in roles), Role.GUEST)
        return Principal(self.tenant, user, labels_of(user, groups), role, is_of_directory=True)

    async def _key(self, kid: object) -> PyJWK:
        if not isinstance(kid, str):
            raise refused()
        async with self._asking:
            age = self.clock() - self._asked_at
            if age >= FRESH_SECONDS or (kid not in self._keys and age >= BETWEEN_LOOKS):
                self._asked_at = self.clock()
                await self._look()
            if not self._keys:
                raise StoreUnavailable("the keys of Microsoft Entra ID cannot be had")
            if kid not in self._keys:
                raise refused()
            return self._keys[kid]

    async def _look(self) -> None:
        """Fetch the published keys; known ones go on serving where that fails."""
        import jwt

        address = f"{self.authority.rstrip('/')}/{self.tenant}/discovery/v2.0/keys"
        try:
            published = jwt.PyJWKSet.from_dict(await fetched(address, self.seconds))
        except (OSError, ValueError, TypeError, AttributeError, jwt.PyJWTError) as error:
            if not self._keys:
                raise StoreUnavailable("the keys of Microsoft Entra ID cannot be had") from error
            return
        self._keys = {each.key_id: each for each in published.keys if each.key_id and each.key_type == "RSA"}


async def fetched(address: str, seconds: float) -> Any:
    """Return a JSON document that is whole within some seconds. Raises OSError or ValueError."""
    from httpx2 import AsyncClient, HTTPError

    content, believed = bytearray(), await trusted()
    try:
        async with (
            asyncio.timeout(seconds),
            AsyncClient(verify=believed) as client,
            client.stream("GET", address) as answer,
        ):
            answer.raise_for_status()
            async for piece in answer.aiter_bytes():
                content += piece
                if len(content) > LARGEST_ANSWER:
                    raise ValueError("the answer is too large")
    except HTTPError as error:
        raise OSError(f"the keys cannot be fetched: {type(error).__name__}") from error
    return json.loads(content)


def texts(value: object) -> frozenset[str]:
    """Return a list of texts. Raises TypeError for anything else."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise TypeError("a claim is no list of texts")
    return frozenset(value)
