"""Check the signature of a request that was made with an account key."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote, unquote

from tests.fakes.cosmos.refused import Refused

KEY = base64.b64encode(b"a key of the loopback stand-in").decode()


def check_signature(method: str, segments: list[str], headers: Mapping[str, str], token: str | None) -> None:
    """Raise Refused with 401 unless the request was signed with the key, or carries the token where there is one."""
    date, given = headers.get("x-ms-date", ""), unquote(headers.get("authorization", ""))
    if token is not None and given == f"type=aad&ver=1.0&sig={token}":
        return
    if not date or not hmac.compare_digest(quote(given), quote(signature(method, segments, date, KEY))):
        raise Refused(401, "the authorization is missing, or signed with another key")


def signature(method: str, segments: list[str], date: str, key: str) -> str:
    """Return the signature of a request: what is made or listed is signed by its parent, other things by themselves."""
    kind = segments[::2][-1] if segments else ""
    link = "/".join(segments[:-1] if len(segments) % 2 else segments)
    text = f"{method.lower()}\n{kind.lower()}\n{link}\n{date.lower()}\n\n"
    digest = hmac.new(base64.b64decode(key), text.encode(), hashlib.sha256).digest()
    return f"type=master&ver=1.0&sig={base64.b64encode(digest).decode()}"
