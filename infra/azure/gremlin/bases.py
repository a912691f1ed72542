"""The vertex of a base: which version is published, and where its files stand."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from infra.azure.gremlin import scripts
from infra.azure.gremlin.connection import Connection
from infra.azure.gremlin.contributions import base_vertex
from shared.domain.access import BaseKey

Retired = tuple[tuple[str, float], ...]
"""Folders of earlier versions with the time, in seconds since 1970, from which nobody starts to read them."""


@dataclass(frozen=True)
class BaseState:
    """What is published of a base; no `snapshot` before the first version, no `communities` before the first time."""

    version: int = 0
    snapshot: str = ""
    retired: Retired = ()
    communities: str = ""
    communities_version: int = -1


async def base_state(connection: Connection, base: BaseKey) -> BaseState | None:
    """Return what is published of a base, or None where it has no graph."""
    rows = await connection.run(scripts.BASE, tenant=base.tenant, vid=base_vertex(base))
    if not rows:
        return None
    row = rows[0]
    retired = tuple((path, moment) for path, moment in json.loads(row["retired"]))
    where = row["snapshot"], retired, row["communities"], int(row["communities_version"])
    return BaseState(int(row["version"]), *where)


async def ensured_base(connection: Connection, base: BaseKey) -> BaseState:
    """Return what is published of a base, whose vertex is there afterwards."""
    state = await base_state(connection, base)
    if state is None:
        await connection.run(scripts.ADD_BASE, tenant=base.tenant, base=base.id, vid=base_vertex(base))
    return state or BaseState()


async def moved(connection: Connection, base: BaseKey, state: BaseState, snapshot: str, retired: Retired) -> BaseState:
    """Publish a snapshot as the version after `state`, unless another was; return what is published now."""
    await connection.run(
        scripts.PUBLISH,
        tenant=base.tenant,
        vid=base_vertex(base),
        version=state.version,
        following=state.version + 1,
        snapshot=snapshot,
        retired=json.dumps(retired),
    )
    # An answer may be lost after the write: what stands there now says who won.
    return await base_state(connection, base) or BaseState()


async def retire(connection: Connection, base: BaseKey, version: int, retired: Sequence[tuple[str, float]]) -> None:
    """Keep the list of earlier versions whose files are still there."""
    vid = base_vertex(base)
    await connection.run(scripts.RETIRE, tenant=base.tenant, vid=vid, version=version, retired=json.dumps([*retired]))


async def keep_communities(connection: Connection, base: BaseKey, version: int, path: str) -> None:
    """Make a file the communities of a base."""
    vid = base_vertex(base)
    await connection.run(scripts.KEEP_COMMUNITIES, tenant=base.tenant, vid=vid, version=version, communities=path)


def folder(base: BaseKey) -> str:
    """Return where the files of a base's graph stand."""
    return f"graph/{base.tenant}/{base.id}"


async def once(content: bytes) -> AsyncIterator[bytes]:
    """Yield content in one piece."""
    yield content
