"""Whom the process trusts when it speaks TLS to addresses that are not its own services."""

from __future__ import annotations

import asyncio
from functools import cache
from ssl import SSLContext


@cache
def certificates() -> SSLContext:
    """Return the certificates that a client believes, read once."""
    from httpx2 import create_ssl_context

    return create_ssl_context()


async def trusted() -> SSLContext:
    """Return the same from within an event loop, which a tenth of a second of reading them would hold up."""
    return await asyncio.to_thread(certificates)
