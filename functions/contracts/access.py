"""Access labels as JSON."""

from typing import Annotated

from pydantic import Field, StringConstraints, TypeAdapter

AccessLabel = Annotated[str, StringConstraints(pattern=r"^(everyone|(user|group):[\w.-]{1,64})$")]
"""Whom a label lets read: everyone of the tenant, one user, or the members of a group."""

AccessLabels = Annotated[list[AccessLabel], Field(min_length=1, max_length=100)]
"""Who may read a thing: whoever carries one of these."""

ACCESS_LABELS: TypeAdapter[list[str]] = TypeAdapter(AccessLabels)
"""Checks labels that come outside a body."""
