"""Signs requests as a caller does who has nothing but the standard: RFC 9421 with hmac-sha256, written out here."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Generator
from dataclasses import dataclass, replace

import httpx

COVERED = '("@method" "@path" "@query" "content-digest")'


@dataclass(frozen=True)
class SigningCaller:
    """What a caller signs with. What is empty is made up: a nonce, or the digest of the body."""

    kid: str
    key: str
    created: str
    nonce: str = ""
    covered: str = COVERED
    digest: str = ""
    algorithm: str = "hmac-sha256"
    label: str = "sig"

    def headers(self, method: str, path: str, query: str, body: bytes) -> dict[str, str]:
        """Return the three headers of a signed request."""
        digest = self.digest or f"sha-256=:{text_of(hashlib.sha256(body).digest())}:"
        parameters = f'{self.covered};created={self.created};keyid="{self.kid}";nonce="{self.nonce or fresh()}"'
        parameters += f';alg="{self.algorithm}"'
        values = {"@method": method, "@path": path, "@query": f"?{query}", "content-digest": digest}
        covered = [name.strip('"') for name in self.covered.strip("()").split()]
        lines = [f'"{name}": {values[name]}' for name in covered]
        base = "\n".join([*lines, f'"@signature-params": {parameters}'])
        mac = text_of(hmac.digest(self.key.encode(), base.encode(), "sha256"))
        return {
            "content-digest": digest,
            "signature-input": f"{self.label}={parameters}",
            "signature": f"{self.label}=:{mac}:",
        }


@dataclass
class Signature(httpx.Auth):
    """Signs what a client of httpx sends, besides whatever token it carries."""

    caller: SigningCaller
    requires_request_body = True

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the headers."""
        path, _, query = request.url.raw_path.decode().partition("?")
        request.headers.update(self.caller.headers(request.method, path, query, request.content))
        yield request

    def with_nonce(self, nonce: str) -> "Signature":
        """Sign with a nonce of one's own."""
        return Signature(replace(self.caller, nonce=nonce))


def fresh() -> str:
    """Return a nonce that nobody had."""
    return secrets.token_hex(16)


def text_of(value: bytes) -> str:
    """Write bytes as headers do."""
    return base64.b64encode(value).decode()
