"""Says which address a request came from."""

import re
from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address, ip_network

WITH_PORT = re.compile(r"\[([^\]]*)\](?::\d+)?|([^:]*):\d+")
"""How a hop names a port beside an address: in brackets for IPv6."""

NETWORK_BITS = 64
"""Of an IPv6 address, what one household or company has; the rest of it they choose themselves."""

NOWHERE = "unknown"
"""The address of a request that has none."""


def address_of(peer: str, forwarded: Sequence[str], proxies: int) -> str:
    """Return the address that a request came from, or its network for IPv6.

    `forwarded` are the lines of X-Forwarded-For, to which every proxy adds whom it was asked by. `proxies` of them are
    our own: what stands before their entries is the caller's word, and not read.
    """
    hops = ",".join(forwarded).rsplit(",", proxies) if forwarded and proxies > 0 else []
    given = hops[-proxies] if 0 < proxies <= len(hops) else ""
    return network_of(given) or network_of(peer) or NOWHERE


def network_of(text: str) -> str:
    """Return an address in its one spelling, the network of an IPv6 address, or nothing where it is neither."""
    text = text.strip()
    if form := WITH_PORT.fullmatch(text):
        text = form[1] or form[2]
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is None:
            return str(ip_network((int(address), NETWORK_BITS), strict=False))
        address = address.ipv4_mapped
    return str(address)
