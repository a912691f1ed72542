"""Find the service to talk to: the one named, the one running here, or one started for this command alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from shared.domain.errors import KnowledgeError, Unavailable
from shared.settings import Settings

API = "/api/v1/"
PATIENCE = httpx.Timeout(10.0, read=120.0)
"""Seconds to wait: short for a connection, long for the next byte of an answer."""


@asynccontextmanager
async def connected(url: str, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client of the service, signed in by the setting's token. Raises Unavailable where none answers."""
    if url or await answers(local_address(settings)):
        async with client_of(url or local_address(settings), settings.knowledge_rag_token) as client:
            yield client
        return
    from infra.local.command_line.serving import local_host

    async with (
        local_host(settings).serving(port=0) as address,
        client_of(address, settings.knowledge_rag_token) as client,
    ):
        yield client


def local_address(settings: Settings) -> str:
    """Return where this machine's service listens."""
    return f"http://127.0.0.1:{settings.port}"


def client_of(address: str, token: str = "") -> httpx.AsyncClient:
    """Return a client for a service's address, with a token where it has one; proxies do not concern it."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return httpx.AsyncClient(base_url=address.rstrip("/") + API, headers=headers, timeout=PATIENCE, trust_env=False)


async def answers(address: str) -> bool:
    """Say whether a service of ours listens there."""
    try:
        async with client_of(address) as client:
            response = await client.get("health", timeout=2.0)
            return response.status_code == httpx.codes.OK and response.json().get("status") == "ok"
    except (httpx.HTTPError, ValueError):
        return False


def checked(response: httpx.Response) -> httpx.Response:
    """Return the response, or raise what the service says is wrong."""
    if response.is_success:
        return response
    try:
        message = response.json()["error"]["message"]
    except (ValueError, KeyError, TypeError):
        message = f"the service answered {response.status_code}"
    kind = Unavailable if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR else KnowledgeError
    raise kind(message)


@asynccontextmanager
async def translated() -> AsyncIterator[None]:
    """Say a broken connection in one sentence."""
    try:
        yield
    except httpx.HTTPError as error:
        raise Unavailable(f"the service cannot be reached: {error or type(error).__name__}") from error
