"""Key Vault's secrets as the service answers for them: after a challenge, by exact name, in one version of its API."""

import re

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

API_VERSIONS = ("7.6", "2025-07-01", "2026-04-01")
CHALLENGE = 'Bearer authorization="https://login.example/tenant", resource="https://vault.azure.net"'
TOKEN = "loopback-token"
NAME = re.compile(r"[0-9a-zA-Z-]{1,127}")


class KeyVault:
    """`secrets` may be changed at any time; `requests` counts those that were let in."""

    def __init__(self) -> None:
        """Start without a secret."""
        self.secrets: dict[str, str] = {}
        self.requests = 0
        self.app = Starlette(routes=[Route("/secrets/{name}/{version:path}", self._secret, methods=["GET"])])

    async def _secret(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return refusal(401, "Unauthorized", {"WWW-Authenticate": CHALLENGE})
        if request.query_params.get("api-version") not in API_VERSIONS:
            return refusal(400, "BadParameter")
        name = request.path_params["name"]
        if not NAME.fullmatch(name):
            return refusal(400, "BadParameter")
        self.requests += 1
        if name not in self.secrets:
            return refusal(404, "SecretNotFound")
        address = f"{request.base_url}secrets/{name}/1"
        return JSONResponse({"value": self.secrets[name], "id": address, "attributes": {"enabled": True}})


def refusal(status: int, code: str, headers: dict[str, str] | None = None) -> Response:
    """Return an error in the form of the service."""
    return JSONResponse({"error": {"code": code, "message": "refused"}}, status, headers)
