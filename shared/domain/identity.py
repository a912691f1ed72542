"""Ids come from content: the same things give the same id, so that repeats are harmless."""

import hashlib

ID_LENGTH = 32
"""Hexadecimal digits kept of a SHA-256: 128 bits, so a collision is not expected before 2^64 things."""


def content_id(*parts: str) -> str:
    """Name a thing by its parts, in order; no two different lists of parts are joined into the same bytes."""
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big"))
        digest.update(encoded)
    return digest.hexdigest()[:ID_LENGTH]
