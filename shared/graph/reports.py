"""Write a community's report from sentences of its chunks, without a model."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from shared.domain.access import BaseKey
from shared.domain.documents import Chunk
from shared.domain.graph import Community, Entity
from shared.domain.identity import content_id
from shared.text.scripts import language
from shared.text.sentences import sentences

NAMED, TITLED = 12, 3
"""Entities that the report tries to cover, and that the title names."""

SENTENCES, LONGEST = 8, 1200
"""Sentences and characters of a report."""

SHORTEST_SENTENCE, LONGEST_SENTENCE = 12, 400
"""Characters of a sentence that can stand alone in a report."""


class Statement(NamedTuple):
    """A sentence of the chunk with this place among the chunks, and the entities (places of members) it names."""

    chunk: int
    start: int
    text: str
    names: frozenset[int]


def report(base: BaseKey, members: Sequence[Entity], chunks: Sequence[Chunk], rank: float) -> Community | None:
    """Return a community with its extractive title and report, or None where no sentence names a member.

    `members` come with the most mentioned first, `chunks` with the best support first. The report takes the sentences
    that name most of what the others do not name yet. Title and report rest on the chunks of those sentences alone,
    which become the community's `chunk_ids`: whoever may read them may read the report.
    """
    chosen = chosen_statements(list(statements(members[:NAMED], chunks)))
    if not chosen:
        return None
    named = sorted(frozenset[int]().union(*(each.names for each in chosen)))
    text = joined([each.text for each in chosen])
    identifiers = tuple(member.id for member in members)
    return Community(
        id=content_id("community", base.tenant, base.id, *sorted(identifiers)),
        title=" · ".join(filter(None, (spelling(members[place], text) for place in named[:TITLED]))),
        report=text,
        entity_ids=identifiers,
        rank=rank,
        chunk_ids=tuple(dict.fromkeys(chunks[each.chunk].id for each in chosen)),
    )


def spelling(member: Entity, text: str) -> str:
    """Return the member's name letter for letter as a text spells it, or "" where it does not.

    Another name, or the same in other letters, may stand where not every reader of the text may look.
    """
    found = (re.search(re.escape(name), text, re.IGNORECASE) for name in (member.name, *member.aliases) if name)
    return next((match.group() for match in found if match), "")


def statements(members: Sequence[Entity], chunks: Sequence[Chunk]) -> Iterator[Statement]:
    """Yield the sentences of the chunks that name a member."""
    spellings: Mapping[int, tuple[str, ...]] = {
        place: tuple(name.casefold() for name in (member.name, *member.aliases) if name)
        for place, member in enumerate(members)
    }
    for number, chunk in enumerate(chunks):
        for start, text, folded in tellable(chunk.text):
            names = frozenset(place for place, known in spellings.items() if any(name in folded for name in known))
            if names:
                yield Statement(number, start, text, names)


@lru_cache(maxsize=256)
def tellable(text: str) -> list[tuple[int, str, str]]:
    """Return the sentences that can stand alone: start, text on one line, and that folded.

    Kept for the next call: a chunk supports several communities, which are reported on one after the other.
    """
    lines = [(span.start, " ".join(span.of(text).split())) for span in sentences(text)]
    return [
        (start, line, line.casefold()) for start, line in lines if SHORTEST_SENTENCE <= len(line) <= LONGEST_SENTENCE
    ]


def chosen_statements(found: list[Statement]) -> list[Statement]:
    """Choose greedily what covers the members not covered yet, until the report is full; then restore the order."""
    chosen: list[Statement] = []
    covered: frozenset[int] = frozenset()
    room = LONGEST
    while found and len(chosen) < SENTENCES:
        best = max(found, key=lambda each: (gain(each, covered), -each.chunk, -each.start))
        if gain(best, covered) <= 0:
            break
        found.remove(best)
        if len(best.text) < room:
            chosen.append(best)
            covered |= best.names
            room -= len(best.text) + 1
    return sorted(chosen, key=lambda each: (each.chunk, each.start))


def gain(statement: Statement, covered: frozenset[int]) -> float:
    """Return what a sentence adds: each new member counts by its place, and two at once say how they are related."""
    new = sum(1 / (place + 1) for place in statement.names - covered)
    return new * (1 + 0.2 * (len(statement.names) - 1))


def joined(texts: Sequence[str]) -> str:
    """Put sentences together as their language does."""
    return ("" if language(" ".join(texts)) == "zh" else " ").join(texts)
