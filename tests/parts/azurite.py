"""Azurite, the emulator of Azure Storage, from npm."""

import secrets
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.parts.part import Part
from tests.parts.running import running

QUIETLY = ("--no-package-lock", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
AZURITE = Part("azurite", "3.35.0", ("node", "npm"), (("npm", "install", "azurite@3.35.0", "--prefix", ".", *QUIETLY),))
"""Its licence is MIT; it runs in tests alone."""

ACCOUNT = "loopback"


@dataclass(frozen=True)
class RunningAzurite:
    """Where a started Azurite listens, and the key of its only account."""

    endpoint: str
    key: str


@contextmanager
def azurite(folder: Path, *arguments: str) -> Iterator[RunningAzurite]:
    """Serve an empty account from memory while the block runs; further arguments go to Azurite as they are."""
    key = b64encode(secrets.token_bytes(32)).decode()
    command = ("node", str(AZURITE.folder / "node_modules/azurite/dist/src/blob/main.js"))
    # The SDK's API version is newer than Azurite knows; and Azurite would report its use to its makers.
    command += ("--inMemoryPersistence", "--silent", "--skipApiVersionCheck", "--disableTelemetry")
    command += ("--blobHost", "127.0.0.1", "--blobPort", "0", *arguments)
    accounts = {"AZURITE_ACCOUNTS": f"{ACCOUNT}:{key}"}
    with running(command, folder, r"successfully listens on (https?://\S+)", accounts) as listening:
        yield RunningAzurite(f"{listening[1]}/{ACCOUNT}", key)
