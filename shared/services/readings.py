"""What a model said of chunks, kept by content so that it is paid once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shared.domain.access import BaseKey
from shared.domain.documents import Chunk
from shared.domain.extraction import Reading
from shared.domain.identity import content_id
from shared.graph.pack_rules import RULES
from shared.graph.readings import reading_from_json, reading_key, reading_to_json
from shared.ports.extraction import ExtractionStore, Writing


@dataclass(frozen=True)
class Readings:
    """The readings of one model."""

    store: ExtractionStore
    model: str

    async def of(self, base: BaseKey, chunks: Sequence[Chunk]) -> dict[str, Reading]:
        """Return the readings that are there, by id of chunk."""
        keys = {each.id: reading_key(self.model, each) for each in chunks}
        known = await self.store.known(base, set(keys.values()))
        return {id: reading_from_json(known[key]) for id, key in keys.items() if key in known}

    async def keep(self, base: BaseKey, chunks: Sequence[Chunk], readings: Mapping[int, Reading]) -> None:
        """Keep readings by the place of their chunk."""
        writings = [
            Writing(reading_key(self.model, chunks[place]), reading_to_json(reading), (chunks[place].id,))
            for place, reading in readings.items()
        ]
        await self.store.keep(base, writings)

    async def unread(self, base: BaseKey, chunks: Sequence[Chunk]) -> list[Chunk]:
        """Return the chunks that the model has not read."""
        known = await self.of(base, chunks)
        return [each for each in chunks if each.id not in known]

    async def unapplied(self, base: BaseKey, chunks: Sequence[Chunk]) -> list[str]:
        """Return the ids of the chunks whose reading the graph does not hold."""
        keys = {each.id: content_id("applied", self.model, RULES, each.id) for each in chunks}
        known = await self.store.known(base, set(keys.values()))
        return [id for id, key in keys.items() if key not in known]

    async def mark_applied(self, base: BaseKey, chunks: Sequence[Chunk]) -> None:
        """Say that the graph holds the readings of chunks."""
        marks = [Writing(content_id("applied", self.model, RULES, each.id), "", (each.id,)) for each in chunks]
        await self.store.keep(base, marks)

    def distinct(self, chunks: Iterable[Chunk]) -> list[Chunk]:
        """Return the first chunk of each content; a reading of it is one of all its equals."""
        first: dict[str, Chunk] = {}
        for each in chunks:
            first.setdefault(reading_key(self.model, each), each)
        return list(first.values())
