"""Requests that are signed as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RequestHead:
    """What comes before the body: the target as it was sent, and every line of the headers in order."""

    method: str
    authority: str
    target: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Signed:
    """What a good signature says: by which key, when (seconds since 1970), once under which name, of which body.

    `digests` are those of the body, by the name of their algorithm, as `hashlib` knows it.
    """

    key_id: str
    created: int
    nonce: str
    digests: Mapping[str, bytes]
