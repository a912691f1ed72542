"""Embeddings as OpenAI's clients write and read them."""

from typing import Any, Literal

from pydantic import BaseModel, Field, field_validator

from functions.contracts.accepting import Accepting

MOST_TEXTS, LONGEST_TEXT = 2048, 32_000
"""Texts of one request, and characters of one; the embedder reads the beginning of a long one."""


class EmbeddingRequest(Accepting):
    """Texts to embed; `model` is the embedder's name, as /models has it."""

    model: str = Field(max_length=256)
    input: str | list[str]
    encoding_format: Literal["float", "base64"] | None = None
    dimensions: int | None = Field(None, ge=1)

    @field_validator("input", mode="before")
    @classmethod
    def is_text(cls, given: Any) -> Any:
        """Refuse tokens of a vocabulary that the embedder here need not have."""
        first = given[0] if isinstance(given, list) and given else None
        if isinstance(first, int | list):
            raise ValueError("give texts: tokens of another model's vocabulary are not understood")
        return given

    @field_validator("input")
    @classmethod
    def is_bounded(cls, given: str | list[str]) -> str | list[str]:
        """Refuse no text, an empty one, and too many or too long ones."""
        texts = [given] if isinstance(given, str) else given
        if not 1 <= len(texts) <= MOST_TEXTS or not all(1 <= len(each) <= LONGEST_TEXT for each in texts):
            raise ValueError(f"give 1 to {MOST_TEXTS} texts of 1 to {LONGEST_TEXT} characters")
        return given

    @property
    def texts(self) -> list[str]:
        """What is to be embedded."""
        return [self.input] if isinstance(self.input, str) else self.input


class EmbeddingAnswer(BaseModel):
    """One vector: numbers, or their little-endian float32 bytes in base64."""

    object: Literal["embedding"] = "embedding"
    index: int
    embedding: list[float] | str


class EmbeddingUsage(BaseModel):
    """About how many tokens were read."""

    prompt_tokens: int
    total_tokens: int


class EmbeddingList(BaseModel):
    """The vectors in the order of the texts."""

    object: Literal["list"] = "list"
    data: list[EmbeddingAnswer]
    model: str
    usage: EmbeddingUsage
