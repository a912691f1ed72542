"""The communities of a base as one file, which the base's vertex names."""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from infra.azure.gremlin.bases import base_state, folder, keep_communities, once
from infra.azure.gremlin.connection import Connection
from infra.azure.gremlin.recent import Recent
from shared.domain.access import BaseKey
from shared.domain.errors import NotFound
from shared.domain.graph import Community
from shared.domain.identity import content_id
from shared.ports.files import Files

ATTEMPTS = 3
"""Times the file is looked for; it goes as soon as another takes its place."""

MOST_BASES = 100
"""Knowledge bases of which a process holds the communities in memory."""


@dataclass
class Communities:
    """Keeps and reads them; a file is named by its content, so that a process reads each once."""

    connection: Connection
    files: Files
    _read: Recent[tuple[str, list[Community]]] = field(default_factory=lambda: Recent(MOST_BASES))

    async def keep(self, base: BaseKey, version: int, communities: Sequence[Community]) -> None:
        """Make these, found in a version, the communities of a base that has a vertex."""
        state = await base_state(self.connection, base)
        content = json.dumps([asdict(each) for each in communities], separators=(",", ":")).encode()
        path = f"{folder(base)}/communities/{content_id(content.hex(), str(version))}.json"
        await self.files.write(path, once(content))
        await keep_communities(self.connection, base, version, path)
        if state is not None and state.communities not in ("", path):
            await self.files.delete(state.communities)

    async def kept(self, base: BaseKey) -> list[Community]:
        """Return the communities of a base. Raises NotFound where their file changes again and again."""
        for attempt in range(ATTEMPTS):
            state = await base_state(self.connection, base)
            if state is None or not state.communities:
                return []
            path, known = self._read.get(base) or ("", [])
            if path == state.communities:
                return known
            try:
                file = await self.files.read(state.communities)
            except NotFound:
                if attempt + 1 == ATTEMPTS:
                    raise
                continue
            read = [community(row) for row in json.loads(file.content)]
            self._read.keep(base, (state.communities, read))
            return read
        return []

    async def drop_outdated(self, base: BaseKey, gone: Collection[str]) -> None:
        """Drop the communities that a chunk supported which is gone."""
        state = await base_state(self.connection, base)
        if not gone or state is None or not state.communities:
            return
        present = await self.kept(base)
        left = [each for each in present if not set(gone).intersection(each.chunk_ids)]
        if len(left) < len(present):
            await self.keep(base, state.communities_version, left)


def community(row: dict[str, Any]) -> Community:
    """Read a community."""
    members, chunks = tuple(row["entity_ids"]), tuple(row["chunk_ids"])
    return Community(row["id"], row["title"], row["report"], members, row["rank"], chunks)
