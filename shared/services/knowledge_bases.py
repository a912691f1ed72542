"""Create, list, open and delete knowledge bases."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.domain.access import EVERYONE, BaseKey, Principal, Scope
from shared.domain.documents import KnowledgeBase
from shared.domain.errors import BadRequest, NotFound
from shared.ports.catalog import Catalog
from shared.services.documents import Documents

BASE_ID = re.compile(r"\w(?:[\w.-]{0,62}\w)?")
"""An id is a folder's name and part of addresses: letters of any script, digits, `_`, and inside it `-` and `.`."""

PAGE = 200
"""Documents deleted between two looks at the register."""


@dataclass(frozen=True)
class KnowledgeBases:
    """The bases of the principal's tenant."""

    catalog: Catalog
    documents: Documents
    clock: Callable[[], datetime]

    async def create(self, principal: Principal, name: str, description: str = "") -> KnowledgeBase:
        """Add a base under an id made from its name. Raises BadRequest for a name without an id, Conflict if taken."""
        base = self.named(principal.tenant, base_id(name), name, description)
        await self.catalog.create_base(base)
        return base

    async def ensure(self, key: BaseKey) -> KnowledgeBase:
        """Return the base of a folder that somebody made, and add it where it is new."""
        if found := await self.catalog.base(key):
            return found
        if not BASE_ID.fullmatch(key.id):
            raise BadRequest(f"{key.id!r} cannot be the id of a knowledge base")
        base = self.named(key.tenant, key.id, key.id, "")
        await self.catalog.create_base(base)
        return base

    async def get(self, principal: Principal, id: str) -> KnowledgeBase:
        """Return a base. Raises NotFound where there is none that the principal may read."""
        base = await self.catalog.base(BaseKey(principal.tenant, id))
        if base is None or not Scope(base.key, principal.labels).may_read(base.access):
            raise NotFound(f"there is no knowledge base {id!r}", id=id)
        return base

    async def scope(self, principal: Principal, id: str) -> Scope:
        """Return what the principal may see of a base. Raises NotFound like `get`."""
        base = await self.get(principal, id)
        return Scope(base.key, principal.labels)

    async def list(self, principal: Principal, limit: int, after: str) -> list[KnowledgeBase]:
        """Return one page of the bases that the principal may read."""
        return await self.catalog.bases(principal, limit, after)

    async def delete(self, principal: Principal, id: str) -> None:
        """Delete a base with all its documents. Raises NotFound like `get`."""
        base = await self.get(principal, id)
        while documents := await self.catalog.documents(base.key, PAGE):
            await self.documents.erase(base.key, [(each.id, each.name) for each in documents])
        await self.catalog.delete_base(base.key)

    def named(self, tenant: str, id: str, name: str, description: str) -> KnowledgeBase:
        """Make a base that everyone of the tenant may read."""
        return KnowledgeBase(BaseKey(tenant, id), name, description, frozenset({EVERYONE}), self.clock())


def base_id(name: str) -> str:
    """Make "field-handbook-2026" of "Field Handbook (2026)". Raises BadRequest where nothing is left of a name."""
    id = re.sub(r"[^\w]+", "-", name.casefold()).strip("-_")[:64].strip("-_")
    if not id:
        raise BadRequest("the name of a knowledge base needs at least one letter or digit", field="name")
    return id
