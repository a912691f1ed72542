"""Put files into a knowledge base and follow them until each is ready or failed."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from infra.local.command_line.connection import checked
from shared.domain.errors import BadRequest

ENDED = ("ready", "failed")
SIDE_BY_SIDE = 8
"""Uploads under way at once."""

POLL_SECONDS = 0.1
LONGEST_POLL_SECONDS = 2.0
"""Pauses between looks at a document grow up to this: a machine that is slow has no time for looks."""


@dataclass(frozen=True)
class Source:
    """A file on this machine and the name its document gets."""

    path: Path
    name: str


def sources(paths: Sequence[str]) -> list[Source]:
    """Return the files to ingest, of folders all visible ones. Raises BadRequest for a path that is not there."""
    found: list[Source] = []
    for path in map(Path, paths):
        if path.is_dir():
            found += [
                Source(file, file.relative_to(path).as_posix()) for file in sorted(path.rglob("*")) if shown(file)
            ]
        elif path.is_file():
            found.append(Source(path, path.name))
        else:
            raise BadRequest(f"there is no file or folder {str(path)!r}")
    return found


def shown(file: Path) -> bool:
    """Say whether a folder's file is a document: not hidden, not an editor's lock file."""
    return file.is_file() and not any(part.startswith((".", "~$")) for part in file.parts)


async def ensure_base(client: httpx.AsyncClient, base: str) -> None:
    """Create the knowledge base where it is not there yet."""
    if (await client.get(f"knowledge/bases/{base}")).status_code == httpx.codes.NOT_FOUND:
        created = await client.post("knowledge/bases", json={"name": base})
        if created.status_code != httpx.codes.CONFLICT:
            checked(created)


async def documents(client: httpx.AsyncClient, base: str) -> AsyncIterator[dict[str, Any]]:
    """Go through the documents of a base, page by page."""
    after = ""
    while True:
        page = checked(
            await client.get(f"knowledge/bases/{base}/documents", params={"after": after, "limit": 200})
        ).json()
        for document in page["items"]:
            yield document
        after = page["next"]
        if not after:
            return


async def ingest(
    client: httpx.AsyncClient, base: str, files: Sequence[Source], console: Console
) -> list[dict[str, Any]]:
    """Upload what is new or changed and return every document's last status, in the order of the files."""
    await ensure_base(client, base)
    ready = {each["name"]: each async for each in documents(client, base) if each["status"] == "ready"}
    turn = asyncio.Semaphore(SIDE_BY_SIDE)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=False) as progress:
        bar = progress.add_task("Reading documents", total=len(files))

        async def one(source: Source) -> dict[str, Any]:
            async with turn:
                document = await upload(client, base, source, ready.get(source.name))
            progress.advance(bar)
            return document

        return await asyncio.gather(*(one(source) for source in files))


async def upload(client: httpx.AsyncClient, base: str, source: Source, known: dict[str, Any] | None) -> dict[str, Any]:
    """Upload one file, unless the same bytes are ready under its name, and wait until it is ready or failed."""
    content = await asyncio.to_thread(source.path.read_bytes)
    if known and known["sha256"] == hashlib.sha256(content).hexdigest():
        return known
    response = checked(await client.post(f"knowledge/bases/{base}/documents", files={"file": (source.name, content)}))
    return await followed(client, response.json()["document_id"])


async def followed(client: httpx.AsyncClient, document_id: str) -> dict[str, Any]:
    """Wait until a document is ready or failed and return its status."""
    pause = POLL_SECONDS
    while True:
        document: dict[str, Any] = checked(await client.get(f"knowledge/documents/{document_id}/status")).json()
        if document["status"] in ENDED:
            return document
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_POLL_SECONDS)
