"""Create, list, open and delete knowledge bases."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from shared.domain.access import EVERYONE, BaseKey, Principal, Scope
from shared.domain.base_settings import BaseSettings
from shared.domain.documents import KnowledgeBase
from shared.domain.errors import AccessDenied, BadRequest, Conflict, NotFound, Outdated
from shared.ports.catalog import Catalog
from shared.services.documents import Documents
from shared.services.labelling import LabelsNoted

BASE_ID = re.compile(r"\w(?:[\w.-]{0,62}\w)?")
"""An id is a folder's name and part of addresses: letters of any script, digits, `_`, and inside it `-` and `.`."""

ATTEMPTS = 5
"""Times that a change is tried while others change the same base."""

PAGE = 200
"""Documents deleted between two looks at the register."""


@dataclass(frozen=True)
class KnowledgeBases:
    """The bases of the principal's tenant."""

    catalog: Catalog
    documents: Documents
    clock: Callable[[], datetime]

    async def create(
        self,
        principal: Principal,
        name: str,
        description: str = "",
        access: frozenset[str] = frozenset({EVERYONE}),
        settings: BaseSettings = BaseSettings(),
    ) -> KnowledgeBase:
        """Add a base under an id made from its name. Raises BadRequest for a name without an id, Conflict if taken."""
        key = BaseKey(principal.tenant, base_id(name))
        base = KnowledgeBase(key, name, description, access, self.clock(), principal.user, settings)
        await self.catalog.create_base(base)
        return base

    async def ensure(self, key: BaseKey) -> KnowledgeBase:
        """Return the base of a folder that somebody made, and add it where it is new."""
        if found := await self.catalog.base(key):
            return found
        if not BASE_ID.fullmatch(key.id):
            raise BadRequest(f"{key.id!r} cannot be the id of a knowledge base")
        base = KnowledgeBase(key, key.id, "", frozenset({EVERYONE}), self.clock())
        await self.catalog.create_base(base)
        return base

    async def get(self, principal: Principal, id: str) -> KnowledgeBase:
        """Return a base. Raises NotFound where there is none that the principal may read or change."""
        base = await self.catalog.base(BaseKey(principal.tenant, id))
        if base is None or not (base.may_be_read_by(principal) or base.may_be_changed_by(principal)):
            raise missing(id)
        return base

    async def scope(self, principal: Principal, id: str) -> Scope:
        """Return what the principal may see of a base. Raises NotFound where that is nothing."""
        base = await self.get(principal, id)
        if not base.may_be_read_by(principal):
            raise missing(id)
        return Scope(base.key, principal.labels)

    async def own(self, principal: Principal, id: str) -> KnowledgeBase:
        """Return a base that the principal may change. Raises NotFound like `get`, AccessDenied for a mere reader."""
        base = await self.get(principal, id)
        if not base.may_be_changed_by(principal):
            raise AccessDenied("only its owner and administrators may change a knowledge base", id=id)
        return base

    async def list(self, principal: Principal, limit: int, after: str) -> list[KnowledgeBase]:
        """Return one page of the bases that the principal may read."""
        return await self.catalog.bases(principal, limit, after)

    async def change(
        self,
        principal: Principal,
        id: str,
        noted: LabelsNoted,
        states: Collection[str] | None = None,
        *,
        name: str | None = None,
        description: str | None = None,
        access: frozenset[str] | None = None,
        settings: Mapping[str, Any] = MappingProxyType({}),
    ) -> KnowledgeBase:
        """Change what is given, where the base is in one of the states that their ETags name, or whatever it is.

        `settings` are fields of BaseSettings. Raises NotFound and AccessDenied like `own`, Outdated for another state,
        BadRequest for settings that cannot be, Conflict in a storm of changes.
        """
        for _ in range(ATTEMPTS):
            known = await self.own(principal, id)
            if states is not None and known.etag not in states:
                raise Outdated("the knowledge base was changed meanwhile; read it again", etag=known.etag)
            changed = replace(
                known,
                name=known.name if name is None else name,
                description=known.description if description is None else description,
                access=known.access if access is None else access,
                settings=replace(known.settings, **settings),
            )
            if changed.access != known.access:
                await noted(known.access, changed.access)
            if await self.catalog.change_base(changed, known):
                return changed
        raise Conflict("the knowledge base is being changed by others; try again", id=id)

    async def delete(self, principal: Principal, id: str) -> None:
        """Delete a base with all its documents. Raises NotFound and AccessDenied like `own`."""
        base = await self.own(principal, id)
        while documents := await self.catalog.documents(base.key, PAGE):
            await self.documents.erase(base.key, [(each.id, each.name) for each in documents])
        await self.documents.drop_base(base.key)


def missing(id: str) -> NotFound:
    """Say that there is no such base, in the same words for one that is hidden."""
    return NotFound(f"there is no knowledge base {id!r}", id=id)


def base_id(name: str) -> str:
    """Make "field-handbook-2026" of "Field Handbook (2026)". Raises BadRequest where nothing is left of a name."""
    id = re.sub(r"[^\w]+", "-", name.casefold()).strip("-_")[:64].strip("-_")
    if not id:
        raise BadRequest("the name of a knowledge base needs at least one letter or digit", field="name")
    return id
