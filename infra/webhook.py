"""Posts alerts to a webhook as Slack and Teams read them, signed, a bounded number of times."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from time import time

from infra.keys import Key
from infra.trusted import trusted
from shared.domain.alerts import Alert
from shared.domain.errors import Unavailable

WAITS = (1.0, 4.0, 16.0)
"""Seconds before each further attempt; the next hourly check comes anyway."""

ACCEPTED = range(200, 300)

TIMESTAMP, SIGNATURE = "x-alert-timestamp", "x-alert-signature"
"""Headers: seconds since 1970, and `v1=` with the HMAC-SHA256 of that number, a dot and the body in hexadecimal."""


@dataclass
class Webhook:
    """Port AlertChannel over one address; `timeout_seconds` bounds one attempt, answer included."""

    address: Key = field(repr=False)
    secret: Key = field(repr=False)
    timeout_seconds: float = 10.0
    clock: Callable[[], float] = time
    wait: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def send(self, alert: Alert) -> None:
        """Post an alert; see the port. No message repeats the address, which is a secret with some receivers."""
        body = json.dumps(message(alert)).encode()
        for seconds in (*WAITS, None):
            status = await self._post(body)
            if status in ACCEPTED:
                return
            if seconds is None or not worth_repeating(status):
                break
            await self.wait(seconds)
        raise Unavailable("the webhook took no alert", status=status)

    async def _post(self, body: bytes) -> int | None:
        """Return the status of one attempt, or None where there was no answer in time."""
        from httpx2 import AsyncClient, HTTPError

        believed = await trusted()
        timestamp = str(int(self.clock()))
        headers = {
            "content-type": "application/json",
            TIMESTAMP: timestamp,
            SIGNATURE: signature(await written_out(self.secret), timestamp, body),
        }
        try:
            # The answer's body says nothing that is needed, and may be long: it is not read.
            async with (
                asyncio.timeout(self.timeout_seconds),
                AsyncClient(verify=believed) as client,
                client.stream("POST", await written_out(self.address), content=body, headers=headers) as answer,
            ):
                return answer.status_code
        except (HTTPError, TimeoutError):
            return None


def worth_repeating(status: int | None) -> bool:
    """Say whether the next attempt may be taken: nobody answered, or the receiver is busy or broken."""
    passing = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)
    return status is None or status in passing or status >= HTTPStatus.INTERNAL_SERVER_ERROR


async def written_out(key: Key) -> str:
    """Return a key as it is now."""
    return key if isinstance(key, str) else await key()


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Sign a body with the moment it was sent at, so that an old one cannot be sent again."""
    return "v1=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def message(alert: Alert) -> dict[str, object]:
    """Write an alert: `text` is what Slack shows, the message card what Teams shows, the rest is for programs."""
    budget, status = alert.status.budget, alert.status
    return {
        "@type": "MessageCard",
        "@context": "https://schema.org/extensions",
        "summary": alert.sentence,
        "text": alert.sentence,
        "id": alert.id,
        "account": budget.account,
        "period": str(budget.period),
        "started": status.started,
        "threshold": alert.threshold,
        "cap_usd": budget.cap.usd,
        "spent_usd": status.spent.usd,
        "reserved_usd": status.reserved.usd,
    }
