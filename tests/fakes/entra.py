"""Publishes keys as Microsoft Entra ID does, and writes tokens of its form."""

import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TENANT = "11111111-2222-3333-4444-555555555555"
AUDIENCE = "66666666-7777-8888-9999-000000000000"


class Entra:
    """One tenant; `asked` counts how often the keys were fetched, `is_away` lets it answer 503."""

    def __init__(self) -> None:
        self.keys: dict[str, rsa.RSAPrivateKey] = {}
        self.asked = 0
        self.is_away = False
        self.address = ""
        self.app = Starlette(routes=[Route("/{tenant}/discovery/v2.0/keys", self._published, methods=["GET"])])
        self.rotate("first")

    def rotate(self, kid: str) -> None:
        """Publish a new key beside the others."""
        self.keys[kid] = rsa.generate_private_key(65537, 2048)

    def payload(self, **changes: Any) -> dict[str, Any]:
        """Return the claims of a good token, with changes; None leaves a claim out."""
        now = int(time.time())
        claims = {
            "iss": f"{self.address}/{TENANT}/v2.0", "aud": AUDIENCE, "tid": TENANT, "oid": "ada", "ver": "2.0",
            "iat": now, "nbf": now, "exp": now + 3600, "scp": "access_as_user", **changes,
        }  # fmt: skip
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, kid: str = "first", **changes: Any) -> str:
        """Write a token under one of the keys."""
        return jwt.encode(self.payload(**changes), self.keys[kid], "RS256", headers={"kid": kid})

    async def _published(self, request: Request) -> Response:
        self.asked += 1
        if self.is_away:
            return JSONResponse({"error": "temporarily_unavailable"}, 503)
        if request.path_params["tenant"] != TENANT:
            return JSONResponse({"error": "invalid_tenant"}, 400)
        return JSONResponse({"keys": [self._written(kid) for kid in self.keys]})

    def _written(self, kid: str) -> dict[str, Any]:
        public: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(self.keys[kid].public_key(), as_dict=True)
        return {"kty": "RSA", "use": "sig", "kid": kid, "n": public["n"], "e": public["e"]}
