"""The answer cache as JSON."""

from pydantic import BaseModel, Field

from shared.domain.caching import CacheFigures


class ClearQuery(BaseModel):
    """Which knowledge bases: an id, or a pattern with `*`, `?` and `[...]`."""

    pattern: str = Field(min_length=1, max_length=200)


class CacheCleared(BaseModel):
    """The ids of the knowledge bases whose answers were dropped."""

    cleared: list[str]


class CacheLevel(BaseModel):
    """One level: hits and savings of this process since it started, entries and bytes of the readable bases."""

    level: str
    hits: int
    saved_tokens: int
    saved_usd: float
    entries: int
    bytes: int


class CacheAnswer(BaseModel):
    """The levels in the order they are asked."""

    levels: list[CacheLevel]
    misses: int
    hit_rate: float

    @classmethod
    def of(cls, figures: CacheFigures) -> "CacheAnswer":
        """Write the figures."""
        levels = [
            CacheLevel(
                level=each.name,
                hits=each.saved.hits,
                saved_tokens=each.saved.tokens,
                saved_usd=each.saved.cost.usd,
                entries=each.holding.entries,
                bytes=each.holding.bytes,
            )
            for each in figures.levels
        ]
        return cls(levels=levels, misses=figures.misses, hit_rate=round(figures.hit_rate, 4))
