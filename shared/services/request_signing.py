"""Take each signed request once, while it is fresh."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import time

from shared.domain.errors import BadSignature
from shared.domain.signatures import RequestHead
from shared.domain.tally import USES, Share, Stretch
from shared.ports.signing import RequestSignatures
from shared.ports.tally import Tally

WINDOW = 300
"""Seconds by which the clock of a caller may differ, and a request may be on its way."""

KEPT_SECONDS = 4 * WINDOW
"""How long a nonce is remembered: for the window on both sides of now, and twice that where a clock is set back."""


@dataclass(frozen=True)
class RequestSigning:
    """The signatures of requests, and the nonces that were used, on all instances together."""

    signatures: RequestSignatures
    tally: Tally
    clock: Callable[[], float] = time

    async def check(self, head: RequestHead) -> Mapping[str, bytes]:
        """Return the digests that the body must have. Raises BadSignature, or StoreUnavailable.

        What is said beyond "not valid" is said to those alone who hold the key. A good signature alone uses up a nonce.
        """
        signed = await self.signatures.read(head)
        now = self.clock()
        if abs(now - signed.created) > WINDOW:
            raise BadSignature(f"the signature is older than {WINDOW} seconds, or of a time to come", now=int(now))
        stretch = Stretch(f"nonces:{signed.key_id}", signed.nonce, KEPT_SECONDS)
        if not await self.tally.take(stretch, (Share(USES, 1, 1),), now):
            raise BadSignature("the nonce of the signature was used before; sign the request anew")
        return signed.digests
