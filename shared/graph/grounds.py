"""What a decision about two names rests on, and who may therefore know of it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from shared.domain.access import Scope
from shared.domain.resolution import Band, Decider, Decision
from shared.graph.resolution import MERGE, STATEMENTS, holds_for_all

Access = frozenset[str]
"""The access labels of one document."""


@dataclass(frozen=True, slots=True)
class Ground:
    """One thing that speaks for a decision, with the documents that show its alias, and those that show its key.

    A document that states or shows both stands on both sides. `decider` says whose word it is.
    """

    score: float
    reason: str
    decider: Decider
    alias_access: frozenset[Access]
    key_access: frozenset[Access]

    def may_be_known(self, scope: Scope) -> bool:
        """Say whether a scope may read something on either side."""
        return any(map(scope.may_read, self.alias_access)) and any(map(scope.may_read, self.key_access))

    def holds_for_all(self, present: Collection[Access]) -> bool:
        """Say whether everybody may know of it. Two spellings tell nothing to who may read but one of them."""
        if self.decider is Decider.RULE and self.alias_access != self.key_access:
            return True
        return all(holds_for_all(side, present) for side in (self.alias_access, self.key_access))


def decider_of(reason: str) -> Decider:
    """Return whose word a reason is, where nobody judged."""
    return Decider.STATEMENT if reason in STATEMENTS else Decider.RULE


def merges_for_all(decision: Decision, grounds: Iterable[Ground], present: Collection[Access]) -> bool:
    """Say whether what merges two names may be known to everybody who may read anything of the base."""
    return any(
        each.holds_for_all(present)
        for each in grounds
        if (each.decider is Decider.MODEL if decision.decided_by is Decider.MODEL else each.score >= MERGE)
    )


def known_to(scope: Scope, decision: Decision, grounds: Iterable[Ground], is_merged: bool) -> Decision | None:
    """Return a decision as a scope may know of it, or None; `is_merged` says whether it merges for everybody.

    Shown are the best score and reason among what the scope may read. A merge that not everybody may know of is a
    SAME_AS edge to those who may; a word that a model gave over hidden passages is not shown at all.
    """
    known = [each for each in grounds if each.may_be_known(scope)]
    said = [each for each in known if each.decider is not Decider.MODEL]
    if not said or (decision.decided_by is Decider.MODEL and not is_merged and len(known) == len(said)):
        return None
    best = min(said, key=lambda each: (-each.score, each.reason))
    shown = replace(decision, score=best.score, reason=best.reason)
    if decision.decided_by in (Decider.RULE, Decider.STATEMENT):
        shown = replace(shown, decided_by=best.decider)
    is_partly_hidden = decision.band is Band.MERGED and not is_merged
    return replace(shown, band=Band.SAME_AS) if is_partly_hidden else shown
