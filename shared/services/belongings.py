"""The knowledge bases and documents that somebody owns."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from shared.domain.access import BaseKey
from shared.domain.conversations import Owner
from shared.domain.documents import Document, KnowledgeBase
from shared.domain.errors import Conflict
from shared.ports.catalog import Catalog
from shared.services.documents import Documents

PAGE = 200
"""Documents that are looked at at once."""

ATTEMPTS = 5
"""Times that a base is taken from its owner while others change it."""


@dataclass(frozen=True)
class Owned:
    """What somebody owns."""

    bases: tuple[KnowledgeBase, ...]
    documents: tuple[Document, ...]


@dataclass(frozen=True)
class Belongings:
    """Looks through the whole register of a tenant, since nothing in it is kept by owner: it is rarely asked."""

    catalog: Catalog
    documents: Documents

    async def of(self, owner: Owner) -> Owned:
        """Return the bases and documents of somebody, also those that they may not read any more."""
        bases: list[KnowledgeBase] = []
        documents: list[Document] = []
        for key in await self.catalog.all_bases():
            if key.tenant == owner.tenant and (base := await self.catalog.base(key)):
                bases += [base] if base.owner == owner.user else []
                documents += [each async for each in self._documents(key) if each.owner == owner.user]
        return Owned(tuple(bases), tuple(documents))

    async def erase(self, owner: Owner) -> None:
        """Delete the documents of somebody with everything made from them, and the bases where nothing else is left.

        A base that holds documents of others is nobody's from then on, and carries no label of its owner. Raises
        Conflict in a storm of changes.
        """
        owned = await self.of(owner)
        for key in dict.fromkeys(each.base for each in owned.documents):
            await self.documents.erase(key, [(each.id, each.name) for each in owned.documents if each.base == key])
        for base in owned.bases:
            if await self.catalog.documents(base.key, 1):
                await self._leave(base.key, owner)
            else:
                await self.documents.drop_base(base.key)

    async def _leave(self, key: BaseKey, owner: Owner) -> None:
        for _ in range(ATTEMPTS):
            known = await self.catalog.base(key)
            if known is None:
                return
            left = replace(known, owner="", access=known.access - {f"user:{owner.user}"})
            if await self.catalog.change_base(left, known):
                return
        raise Conflict("the knowledge base is being changed by others; try again", id=key.id)

    async def _documents(self, key: BaseKey) -> AsyncIterator[Document]:
        after = ""
        while page := await self.catalog.documents(key, PAGE, after):
            for each in page:
                yield each
            after = page[-1].id
