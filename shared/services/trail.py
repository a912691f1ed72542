"""Write down who did what to whom."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from shared.domain.access import Principal
from shared.domain.audit import AuditEntry, Deed
from shared.ports.audit import AuditTrail


@dataclass(frozen=True)
class Trail:
    """Adds rows to the audit trail of the principal's tenant."""

    audit: AuditTrail
    clock: Callable[[], datetime]

    async def note(
        self,
        principal: Principal,
        deed: Deed,
        about: str,
        request_id: str,
        before: frozenset[str] = frozenset(),
        after: frozenset[str] = frozenset(),
    ) -> None:
        """Add a row, with the labels before and after where they are changed. Raises StoreUnavailable."""
        now = self.clock()
        # Ids that begin with the time stand in its order.
        id = f"{now.strftime('%Y%m%dT%H%M%S.%fZ')}-{uuid4().hex[:12]}"
        entry = AuditEntry(principal.tenant, id, now, principal.user, deed, about, request_id, before, after)
        await self.audit.note(entry)
