"""Reads signatures of requests: HTTP Message Signatures (RFC 9421) with hmac-sha256, Content-Digest (RFC 9530)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import http_sf
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageVerifier,
    MappingKeyResolver,
    VerifyResult,
    algorithms,
)

from infra.signing.key_ring import KeyRing
from shared.domain.errors import BadSignature
from shared.domain.signatures import RequestHead, Signed

COVERED = ("@method", "@path", "@query", "content-digest")
"""What a signature has to cover; it may cover more."""

ALGORITHMS = {"sha-256": "sha256", "sha-512": "sha512"}
"""The digests that are taken, and what `hashlib` calls them; RFC 9530 has no other that is good for this."""

SHORTEST_NONCE, LONGEST_NONCE = 16, 128
"""Characters of a nonce: too many to meet another by chance, few enough to be kept."""


class Verifier(HTTPMessageVerifier):
    """A verifier that leaves it to its caller, who has a clock, whether the time is right."""

    def validate_created_and_expires(self, sig_input: Any, max_age: timedelta | None = None) -> None:
        """Look at no clock."""


@dataclass(frozen=True)
class Message:
    """A request as the package reads it."""

    method: str
    url: str
    headers: "Lines"


@dataclass(frozen=True)
class Lines:
    """The lines of headers."""

    lines: tuple[tuple[str, str], ...]

    def items(self) -> tuple[tuple[str, str], ...]:
        """Return them all, in order."""
        return self.lines


@dataclass(frozen=True)
class HmacSignatures:
    """Implements the port RequestSignatures; any key of the ring is good."""

    ring: KeyRing

    async def read(self, head: RequestHead) -> Signed:
        """See the port."""
        try:
            kid = key_id_of(head)
            key = await self.ring.key(kid)
            if key is None:
                raise refused()
            resolver = MappingKeyResolver(public_keys={kid: key.encode()}, private_keys={})
            verifier = Verifier(signature_algorithm=algorithms.HMAC_SHA256, key_resolver=resolver)
            message = Message(head.method, f"https://{head.authority}{head.target}", Lines(head.headers))
            (result,) = verifier.verify(message, max_age=None, require_components=COVERED)
            return signed_of(kid, result)
        except (HTTPMessageSignaturesException, ValueError, TypeError, KeyError) as error:
            raise refused() from error


def key_id_of(head: RequestHead) -> str:
    """Return the id of the key that a request says to be signed with. Raises ValueError unless it names one."""
    lines = ", ".join(value for name, value in head.headers if name == "signature-input")
    named = [parameters.get("keyid") for _, parameters in members_of(lines).values()]
    if len(named) != 1 or not isinstance(named[0], str):
        raise ValueError("a request has one signature, by one key")
    return named[0]


def members_of(field: str) -> dict[str, tuple[Any, dict[str, Any]]]:
    """Read a dictionary of structured fields: values and their parameters by name. Raises ValueError."""
    return cast(dict[str, tuple[Any, dict[str, Any]]], http_sf.parse(field.encode(), tltype="dictionary"))


def signed_of(kid: str, result: VerifyResult) -> Signed:
    """Return what a verified signature says. Raises ValueError or TypeError where it leaves something out."""
    created, nonce = result.parameters.get("created"), result.nonce
    if type(created) is not int or not isinstance(nonce, str) or not SHORTEST_NONCE <= len(nonce) <= LONGEST_NONCE:
        raise ValueError("a signature says when it was made, and has a nonce")
    return Signed(kid, created, nonce, digests_of(result.covered_components['"content-digest"']))


def digests_of(field: str) -> dict[str, bytes]:
    """Read a Content-Digest. Raises ValueError, TypeError or KeyError unless each digest is one that is taken."""
    digests = {ALGORITHMS[name]: value for name, (value, _) in members_of(field).items()}
    if not digests or not all(isinstance(value, bytes) for value in digests.values()):
        raise ValueError("a digest is a sequence of bytes")
    return digests


def refused() -> BadSignature:
    """Say no more than that a signature is not good."""
    return BadSignature("the request has to be signed, and its signature is not valid")
