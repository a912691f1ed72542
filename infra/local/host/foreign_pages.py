"""Keeps web pages away from the doors that only programs of this machine use."""

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from infra.local.host.error_responses import error_response, request_id_of

GUARDED = ("/admin/", "/runtime/")


class RefuseForeignPages:
    """A browser names the page behind a request; no durable client and no operator's tool does."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 to what a page sends to a guarded door."""
        if scope["type"] == "http" and scope["path"].startswith(GUARDED):
            request = Request(scope)
            if "origin" in request.headers:
                refusal = error_response(403, "access_denied", "web pages may not do this", request_id_of(request))
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)
