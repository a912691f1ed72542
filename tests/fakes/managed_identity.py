"""The address where an app of the platform gets its managed identity's tokens."""

import time

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

HEADER = "loopback-header"
LIFETIME = 86_400
FIRST = "token-1"
"""The token that tests begin with."""


class ManagedIdentity:
    """Gives `token` for `client_id` alone, good for `lifetime` seconds; `resources` keeps what it was asked for."""

    def __init__(self, client_id: str, token: str) -> None:
        """Know one user-assigned identity."""
        self.client_id, self.token, self.lifetime = client_id, token, LIFETIME
        self.resources: list[str] = []
        self.app = Starlette(routes=[Route("/msi/token", self._token, methods=["GET"])])

    async def _token(self, request: Request) -> Response:
        asked = dict(request.query_params)
        if request.headers.get("x-identity-header") != HEADER or asked.pop("api-version", "") != "2019-08-01":
            return JSONResponse({"statusCode": 400, "message": "bad request"}, 400)
        resource = asked.pop("resource", "")
        if asked != {"client_id": self.client_id} or not resource:
            return JSONResponse({"statusCode": 400, "message": "no such identity"}, 400)
        self.resources.append(resource)
        answer = {"access_token": self.token, "expires_on": str(int(time.time()) + self.lifetime), "resource": resource}
        return JSONResponse({**answer, "token_type": "Bearer", "client_id": self.client_id})
