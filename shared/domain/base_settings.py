"""How the documents of one knowledge base are read."""

from dataclasses import astuple, dataclass

from shared.domain.errors import BadRequest
from shared.domain.identity import content_id

LANGUAGES = ("en", "zh")
READERS = ("rules", "model")
"""Who reads for the graph: the rules alone, or a model after them."""

FEWEST_TOKENS, MOST_TOKENS = 100, 1200
"""What a chunk may be set to at least and at most: less explains nothing, more is found by nothing in particular."""


@dataclass(frozen=True, slots=True)
class ChunkSize:
    """Tokens of a chunk of running text at most, and how many of the chunk before it begins with again."""

    tokens: int = 400
    overlap: int = 0


@dataclass(frozen=True, slots=True)
class BaseSettings:
    """What a base does otherwise than the house; None is the house's way.

    `language` says in which language texts are that do not say themselves how they are encoded. Raises BadRequest
    when built with what cannot be.
    """

    chunk_tokens: int | None = None
    chunk_overlap: int | None = None
    extraction: str | None = None
    language: str | None = None

    def __post_init__(self) -> None:
        size = self.chunk_size
        if not FEWEST_TOKENS <= size.tokens <= MOST_TOKENS:
            raise BadRequest(f"a chunk has {FEWEST_TOKENS} to {MOST_TOKENS} tokens", field="settings.chunk_tokens")
        if not 0 <= size.overlap <= size.tokens // 2:
            raise BadRequest("chunks overlap by half their tokens at most", field="settings.chunk_overlap")
        if self.extraction not in (None, *READERS):
            raise BadRequest(f"extraction is one of {', '.join(READERS)}", field="settings.extraction")
        if self.language not in (None, *LANGUAGES):
            raise BadRequest(f"the language is one of {', '.join(LANGUAGES)}", field="settings.language")

    @property
    def chunk_size(self) -> ChunkSize:
        """How large the chunks are."""
        house = ChunkSize()
        return ChunkSize(
            house.tokens if self.chunk_tokens is None else self.chunk_tokens,
            house.overlap if self.chunk_overlap is None else self.chunk_overlap,
        )

    @property
    def mark(self) -> str:
        """A name of these settings, "" for the house's: what was read under another mark would be read otherwise."""
        return "" if self == BaseSettings() else content_id("settings", *map(str, astuple(self)))
