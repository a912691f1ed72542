"""Reads documents over HTTPS from the hosts that are allowed: at a public address, once looked up, and nowhere else."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address, ip_network
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from infra.trusted import trusted
from shared.domain.errors import (
    AccessDenied,
    BadRequest,
    DeadlineExceeded,
    DocumentUnreadable,
    NotFound,
    TooLarge,
    Unavailable,
)
from shared.ports.web_files import WebFile

if TYPE_CHECKING:
    import ssl

    from httpx2 import URL, Response

HTTPS = 443
IDENTITY = "identity"
"""How content comes that is not packed: what is packed may unpack to any size."""

WRAPPING = tuple(map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")))
"""Addresses of IPv6 that lead to one of IPv4, which may be any."""

PLATFORM = ip_address("168.63.129.16")
"""Where Azure's own services answer every machine in it; the address only looks like one of the open net."""


def is_public(address: str) -> bool:
    """Say whether an address belongs to nobody's own network, whichever way it is written."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return is_public(str(found.ipv4_mapped))
        if any(found in network for network in WRAPPING):
            return False
    return (
        found.is_global and found != PLATFORM and not (found.is_multicast or found.is_reserved or found.is_unspecified)
    )


async def looked_up(host: str, port: int) -> list[str]:
    """Return the addresses of a host. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(where[0]) for *_, where in found]


@dataclass(frozen=True)
class AllowedWebFiles:
    """The adapter of the port WebFiles. `hosts` are `docs.example.org`, `*.example.org` or either with `:port`.

    `seconds` bounds one file from the look-up of its host to its last byte, `most_bytes` its size. The address that a
    host had when it was checked is the one that is connected to, so that it cannot change in between.
    """

    hosts: tuple[str, ...]
    most_bytes: int
    seconds: float = 60.0
    look_up: Callable[[str, int], Awaitable[list[str]]] = looked_up
    admits: Callable[[str], bool] = is_public
    trusts: ssl.SSLContext | None = None

    @asynccontextmanager
    async def opened(self, address: str) -> AsyncGenerator[WebFile, None]:
        """See the port."""
        from httpx2 import AsyncClient, HTTPError

        url, believed = self.checked(address), self.trusts or await trusted()
        try:
            async with (
                asyncio.timeout(self.seconds),
                AsyncClient(trust_env=False, timeout=None, verify=believed) as client,
            ):
                place = url.copy_with(host=await self.place_of(url))
                headers = {"host": url.netloc.decode(), "accept-encoding": IDENTITY}
                named = {"sni_hostname": url.raw_host.decode()}
                async with client.stream("GET", place, headers=headers, extensions=named) as response:
                    check(response, self.most_bytes)
                    async with aclosing(self.bounded(response)) as content:
                        yield WebFile(name_of(url, response.headers.get("content-type", "")), content)
        except TimeoutError:
            raise DeadlineExceeded(f"{url.host} took longer than {self.seconds:g} seconds") from None
        except HTTPError as error:
            raise Unavailable(f"{url.host} does not answer as it should: {type(error).__name__}") from error

    def checked(self, address: str) -> URL:
        """Read an address. Raises BadRequest for one that is none, AccessDenied for a host that is not allowed."""
        from httpx2 import URL, InvalidURL

        try:
            url = URL(address)
        except (InvalidURL, ValueError, UnicodeError):
            raise BadRequest("the address of a document must be an https:// address") from None
        if url.scheme != "https" or not url.host or url.userinfo:
            raise BadRequest("the address of a document must be an https:// address without a user or password")
        host, port = url.host.rstrip(".").casefold(), url.port or HTTPS
        if not any(is_of(host, port, each) for each in self.hosts):
            raise AccessDenied(f"documents may not be fetched from {host} (setting UPLOAD_HOSTS)")
        return url

    async def place_of(self, url: URL) -> str:
        """Look up where a host is. Raises AccessDenied where any of its addresses is not public, or Unavailable."""
        try:
            found = await self.look_up(url.raw_host.decode(), url.port or HTTPS)
        except (OSError, UnicodeError):
            found = []
        if not found:
            raise Unavailable(f"{url.host} cannot be found")
        if not all(map(self.admits, found)):
            raise AccessDenied(f"{url.host} is in a network that documents may not be fetched from")
        return found[0]

    async def bounded(self, response: Response) -> AsyncGenerator[bytes, None]:
        """Hand on what comes in. Raises TooLarge."""
        received = 0
        async for piece in response.aiter_raw():
            received += len(piece)
            if received > self.most_bytes:
                raise too_large(self.most_bytes)
            yield piece


def check(response: Response, most_bytes: int) -> None:
    """Raise unless the answer is a file of a fitting size that is not packed."""
    if response.is_redirect:
        raise DocumentUnreadable("the address leads to another; give that one")
    if response.status_code == HTTPStatus.NOT_FOUND:
        raise NotFound("there is nothing at the address")
    if response.status_code != HTTPStatus.OK:
        raise DocumentUnreadable(f"the address answers with the status {response.status_code}")
    if response.headers.get("content-encoding", IDENTITY) != IDENTITY:
        raise DocumentUnreadable("the address answers packed though it was asked not to")
    length = response.headers.get("content-length", "")
    if length.isdecimal() and int(length) > most_bytes:
        raise too_large(most_bytes)


def is_of(host: str, port: int, allowed: str) -> bool:
    """Say whether a host and a port are what an entry of the list allows."""
    name, _, of_port = allowed.casefold().partition(":")
    if port != int(of_port or HTTPS):
        return False
    return host.endswith(name[1:]) if name.startswith("*.") else host == name


def name_of(url: URL, kind: str) -> str:
    """Name a document after its host and path; a web page that has no ending gets one."""
    path = unquote(url.raw_path.decode().partition("?")[0]).strip("/")
    name = f"{url.host}/{path or 'index'}"
    is_page = kind.partition(";")[0].strip().lower() in ("text/html", "application/xhtml+xml")
    return f"{name}.html" if is_page and not PurePosixPath(path).suffix else name


def too_large(limit: int) -> TooLarge:
    """Say how large a document may be."""
    return TooLarge(f"a document may have {limit // 1_000_000} MB (setting MAX_UPLOAD_MB)", limit=limit)
