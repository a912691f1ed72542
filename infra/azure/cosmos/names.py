"""Name items and partitions by what they are about, in characters that Cosmos DB takes."""

from urllib.parse import quote

from shared.domain.access import BaseKey
from shared.domain.identity import content_id

LONGEST = 255
"""Characters of a readable name; Cosmos DB takes ids of 1,023 bytes and partition keys of 2,048."""


def item_name(*parts: str) -> str:
    """Return an id without / \\ ? # or spaces that no other list of parts has.

    Letters, digits, `-`, `_` and `~` stay; other bytes become `=` and two hexadecimal digits; dots stand between the
    parts. A name that grows too long is a digest behind `==`, which no written name contains.
    """
    written = ".".join(quote(part, safe="", errors="surrogatepass").replace(".", "%2E") for part in parts)
    readable = written.replace("%", "=")
    return readable if 0 < len(readable) <= LONGEST else f"=={content_id(*parts)}"


def partition_of(base: BaseKey) -> str:
    """Return the partition of what belongs to one knowledge base."""
    return item_name(base.tenant, base.id)
