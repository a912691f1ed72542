"""Writes down who opened or closed what to whom."""

from functions.bootstrap import services
from functions.request import Call
from shared.domain.audit import Deed
from shared.services.labelling import LabelsNoted


def label_trail(call: Call, about: str) -> LabelsNoted:
    """Return what writes a change of labels to the audit trail."""

    async def noted(before: frozenset[str], after: frozenset[str]) -> None:
        # Without sign-in there is nobody to name, and no audit trail.
        if identity := services().identity:
            trail = identity.people.trail
            await trail.note(call.principal, Deed.RELABELLED, about, call.request_id, before, after)

    return noted
