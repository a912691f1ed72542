"""The audit trail."""

from collections.abc import Sequence
from typing import Protocol

from shared.domain.audit import AuditEntry


class AuditTrail(Protocol):
    """Rows that are added and never changed. Ids grow with time; `after` is the last id of the page before."""

    async def note(self, entry: AuditEntry) -> None:
        """Add a row; one that stands there already stays as it is."""
        ...

    async def entries(self, tenant: str, limit: int, after: str = "") -> Sequence[AuditEntry]:
        """Return rows of a tenant, the oldest first."""
        ...
