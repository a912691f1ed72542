"""How the documents of a base are read, as JSON."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from functions.contracts.accepting import Accepting
from shared.domain.base_settings import FEWEST_TOKENS, MOST_TOKENS, BaseSettings


class BaseSettingsRequest(Accepting):
    """What a base is to do otherwise than the house; null is the house's way, and what is left out stays.

    Chunks overlap by half their tokens at most; `language` is that of texts that do not say how they are encoded.
    """

    chunk_tokens: int | None = Field(None, ge=FEWEST_TOKENS, le=MOST_TOKENS)
    chunk_overlap: int | None = Field(None, ge=0, le=MOST_TOKENS // 2)
    extraction: Literal["rules", "model"] | None = None
    language: Literal["en", "zh"] | None = None

    @property
    def changes(self) -> dict[str, Any]:
        """What is not left out."""
        return {name: getattr(self, name) for name in type(self).model_fields if name in self.model_fields_set}


class BaseSettingsAnswer(BaseModel):
    """What a base does otherwise than the house; null is the house's way."""

    chunk_tokens: int | None
    chunk_overlap: int | None
    extraction: str | None
    language: str | None

    @classmethod
    def of(cls, settings: BaseSettings) -> "BaseSettingsAnswer":
        """Write settings."""
        return cls(
            chunk_tokens=settings.chunk_tokens,
            chunk_overlap=settings.chunk_overlap,
            extraction=settings.extraction,
            language=settings.language,
        )
