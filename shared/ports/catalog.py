"""Which knowledge bases and documents there are, and where each document stands."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from shared.domain.access import BaseKey, Principal
from shared.domain.documents import Document, KnowledgeBase
from shared.domain.money import Money


class Catalog(Protocol):
    """The register of bases and documents. Lists are in order of id; `after` is the last id of the page before."""

    async def create_base(self, base: KnowledgeBase) -> None:
        """Add a base. Raises Conflict where its key is taken."""
        ...

    async def base(self, key: BaseKey) -> KnowledgeBase | None:
        """Return a base, or None."""
        ...

    async def change_base(self, base: KnowledgeBase, known: KnowledgeBase) -> bool:
        """Replace what is known of a base where it is still `known`; say whether it was."""
        ...

    async def bases(self, principal: Principal, limit: int, after: str = "") -> list[KnowledgeBase]:
        """Return the bases that the principal may read."""
        ...

    async def delete_base(self, key: BaseKey) -> None:
        """Remove a base and its documents from the register; one that is not there is no error."""
        ...

    async def keep_document(self, document: Document) -> None:
        """Add a document or replace what is known of it; owner and labels of one that is not deleted stay."""
        ...

    async def advance_document(self, document: Document) -> bool:
        """Replace what is known of a document that is at this ETag still and not deleted; say whether it was so.

        What it has cost stays as it is on record: others add to that meanwhile.
        """
        ...

    async def charge_document(self, base: BaseKey, document_id: str, cost: Money) -> None:
        """Add to what a document has cost; one that is not there is no error."""
        ...

    async def document(self, base: BaseKey, document_id: str) -> Document | None:
        """Return a document, or None."""
        ...

    async def relabel_document(self, document: Document, access: frozenset[str]) -> bool:
        """Give a document other labels where it carries those of `document` still; say whether it did."""
        ...

    async def find_document(self, tenant: str, document_id: str) -> Document | None:
        """Return a document of a tenant by id alone, whoever may read it, or None."""
        ...

    async def documents(self, base: BaseKey, limit: int, after: str = "") -> Sequence[Document]:
        """Return documents of a base."""
        ...

    async def changed_documents(self, base: BaseKey, since: datetime, limit: int) -> Sequence[Document]:
        """Return documents of a base whose `updated_at` is not before a moment, in the order of that."""
        ...

    async def delete_document(self, base: BaseKey, document_id: str) -> None:
        """Remove a document that is in state `deleted`; one that was received anew, or is not there, is no error."""
        ...

    async def all_bases(self) -> list[BaseKey]:
        """Return every base of every tenant, for timers alone."""
        ...
