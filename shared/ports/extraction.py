"""Keeps what a model was paid to write, and which documents wait for it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.domain.access import BaseKey


@dataclass(frozen=True, slots=True)
class Writing:
    """A text that a model was paid for, under a key made of all it was asked with; it rests on these chunks."""

    key: str
    text: str
    chunk_ids: tuple[str, ...]


class ExtractionStore(Protocol):
    """Writings by base and content, so that the same work is never paid twice."""

    async def known(self, base: BaseKey, keys: Collection[str]) -> Mapping[str, str]:
        """Return the texts that are there, by key."""
        ...

    async def keep(self, base: BaseKey, writings: Sequence[Writing]) -> None:
        """Keep writings; keeping one twice changes nothing."""
        ...

    async def forget(self, base: BaseKey, chunk_ids: Collection[str]) -> None:
        """Drop every writing that rests on one of the chunks."""
        ...


class ExtractionQueue(Protocol):
    """Documents that wait for a model to read them, in the order they came."""

    async def add(self, base: BaseKey, document_ids: Sequence[str]) -> None:
        """Let documents wait; one that waits already keeps its place."""
        ...

    async def waiting(self, base: BaseKey, limit: int) -> list[str]:
        """Return documents of a base, the one that waits longest first."""
        ...

    async def bases(self) -> list[BaseKey]:
        """Return the bases with a document that waits."""
        ...

    async def remove(self, base: BaseKey, document_ids: Sequence[str]) -> None:
        """Take documents out; one that does not wait is no error."""
        ...
