"""Runs in a child process: signed requests from behind a front end, on the real worker library.

usage: python -m tests.functions.worker.guarded    with the settings in the environment; prints one JSON value
"""

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from tests.fakes.signing_caller import SigningCaller
from tests.functions.worker.worker import Worker

ROOT = Path(__file__).resolve().parents[3]
ROUTE = "/api/v1/knowledge/bases"


def headers_of(method: str, body: bytes, forwarded: str) -> dict[str, str]:
    """Return the headers of a signed request of the administrator, as the front end passes it on."""
    kid, _, key = os.environ["REQUEST_SIGNING_KEYS"].partition(":")
    signature = SigningCaller(kid, key, str(int(time.time()))).headers(method, ROUTE, "", body)
    return {**signature, "authorization": f"Bearer {os.environ['ADMIN_KEY']}", "x-forwarded-for": forwarded}


async def main() -> list[list[Any]]:
    """Send requests and return the status and the standing of the buckets of each."""
    worker = await Worker().start(ROOT)
    body, forged = (json.dumps({"name": name}).encode() for name in ("Lights", "Rights"))
    unsigned = {"authorization": f"Bearer {os.environ['ADMIN_KEY']}"}
    signed = headers_of("POST", body, "198.51.100.1, 203.0.113.9:50001")
    name = "create_knowledge_base"
    responses = [
        await worker.http(name, "POST", ROUTE, content=body, headers=unsigned),
        await worker.http(name, "POST", ROUTE, content=forged, headers=signed),
        await worker.http(name, "POST", ROUTE, content=body, headers=signed),
        await worker.http(
            name, "POST", ROUTE, content=body, headers=headers_of("POST", body, "198.51.100.2, 203.0.113.9:50002")
        ),
        await worker.http(
            "list_knowledge_bases", "GET", ROUTE, headers=headers_of("GET", b"", "198.51.100.3, 203.0.113.9:50003")
        ),
    ]
    return [[each.status_code, each.headers.get("ratelimit", "")] for each in responses]


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.chdir(ROOT)
    sys.stdout.write(json.dumps(asyncio.run(main())))
    sys.stdout.flush()
    os._exit(0)  # The library leaves its server and its threads behind.
