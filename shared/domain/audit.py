"""What was done to whom: the rows of the audit trail."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Deed(StrEnum):
    """What is written down."""

    ADDED = "added"
    CHANGED = "changed"
    DISABLED = "disabled"
    EXPORTED = "exported"
    ERASED = "erased"
    TRACES_ERASED = "traces_erased"
    """Everything of somebody but the account, which another directory keeps."""
    REVOKED = "revoked"
    RELABELLED = "relabelled"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One row: who did what to whom, when, in which request. People are named by their ids, never by an address.

    Whoever relabelled a base or a document opened what carried the labels `before` to those `after`.
    """

    tenant: str
    id: str
    at: datetime
    who: str
    deed: Deed
    about: str
    request_id: str
    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
