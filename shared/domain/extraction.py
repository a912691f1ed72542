"""What a model says of the passages it reads for the graph."""

from dataclasses import dataclass

from shared.domain.graph import EntityType, RelationType


@dataclass(frozen=True, slots=True)
class NamedThing:
    """A name as a passage spells it, and what the model says it is; `type` is None where it is no entity at all."""

    name: str
    type: EntityType | None


@dataclass(frozen=True, slots=True)
class StatedRelation:
    """A relation that a passage states between two names; `confidence` in [0, 1] is the model's own."""

    source: str
    target: str
    type: RelationType
    confidence: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a model says of one chunk, beyond what the rules found in it. Names carry no number of any request."""

    things: tuple[NamedThing, ...] = ()
    relations: tuple[StatedRelation, ...] = ()


@dataclass(frozen=True, slots=True)
class BuildEstimate:
    """What it will take to let a model read what it has not read yet; tokens are counted, not asked of the model."""

    documents: int
    chunks: int
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float
    fits_budget: bool
