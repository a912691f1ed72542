"""Decisions about names, as JSON."""

from datetime import datetime

from pydantic import BaseModel

from shared.domain.resolution import Resolution


class ResolutionAnswer(BaseModel):
    """What holds of two normalised names: `merged` (into `name`), `same_as` or `apart`, by whom, and since when.

    `reason` is what speaks for one thing, `score` in [0, 1] how loudly; `decided_by` is rule, statement, model or
    person.
    """

    id: str
    alias: str
    name: str
    band: str
    score: float
    reason: str
    decided_by: str
    decided_at: datetime

    @classmethod
    def of(cls, resolution: Resolution) -> "ResolutionAnswer":
        """Write a decision."""
        decision = resolution.decision
        return cls(
            id=resolution.id,
            alias=decision.alias,
            name=decision.key,
            band=decision.band.value,
            score=round(decision.score, 4),
            reason=decision.reason,
            decided_by=decision.decided_by.value,
            decided_at=resolution.decided_at,
        )


class ResolutionList(BaseModel):
    """One page of decisions; `next` is empty on the last."""

    items: list[ResolutionAnswer]
    next: str
