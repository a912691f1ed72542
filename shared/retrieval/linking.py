"""Link a text to the headings of the base that it names."""

from functools import lru_cache

from shared.domain.graph import EntityType, Mention, MentionSource
from shared.retrieval.naming import Named, Names, named, names


def heading_links(text: str, headings: frozenset[str]) -> list[Mention]:
    """Return the first mention of each heading that a text names, without a vote: those know its type who say it."""
    first = {
        name.key: name for name in reversed(list(named(text, looked_for(headings)))) if written_as_name(name, text)
    }
    return [linked(name, text) for name in first.values()]


@lru_cache(maxsize=4)
def looked_for(headings: frozenset[str]) -> Names:
    """Prepare headings to be looked for; most publications of a base find the same ones as the one before."""
    return names(headings)


def written_as_name(name: Named, text: str) -> bool:
    """Say whether a place names a heading: one small-lettered word alone is just a word."""
    return name.words > 1 or not text[name.start : name.end].islower()


def linked(name: Named, text: str) -> Mention:
    """Write a found heading as a mention."""
    spelled = text[name.start : name.end]
    return Mention(name.key, spelled, EntityType.CONCEPT, 0.0, MentionSource.GAZETTEER, name.start, name.end)
