"""Letting a model read a base, as JSON."""

from dataclasses import asdict

from pydantic import BaseModel, Field

from functions.contracts.accepting import Accepting
from shared.domain.extraction import BuildEstimate


class IndexRequest(Accepting):
    """A base whose unread passages a model shall read."""

    kb_id: str = Field("default", min_length=1, max_length=64)
    dry_run: bool = False


class IndexAnswer(BaseModel):
    """What that takes: documents and passages that were not read, calls, tokens, and US dollars."""

    documents: int
    chunks: int
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float
    fits_budget: bool

    @classmethod
    def of(cls, estimate: BuildEstimate) -> "IndexAnswer":
        """Write an estimate."""
        return cls(**asdict(estimate))
