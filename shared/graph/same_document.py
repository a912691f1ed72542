"""Find the names of one document that may be shorter forms of others: Holmes, GHST, 织光."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from shared.domain.graph import AliasMention, EntityType
from shared.graph.aliases import PART_OF_NAME, is_acronym
from shared.graph.chinese_cues import GENERIC, SUFFIXES
from shared.graph.english_cues import TYPES_BY_WORD

INITIALS, WITHOUT_KIND = 0.85, 0.8
"""Score of initials that the text does not put beside the name, and of a firm without its kind."""

MOST_NAMES = 5000
"""Names of a document that are compared with each other; a list of more names tells nothing about any of them."""

ORGANIZATION_SUFFIXES = frozenset(SUFFIXES[EntityType.ORGANIZATION])
LONGEST_ACRONYM, LONGEST_SUFFIX = 8, 6
"""Letters of initials, and characters of a Chinese suffix."""


@dataclass(slots=True)
class Name:
    """A key as one document spells it, with the types that its mentions vote for."""

    key: str
    spellings: set[str] = field(default_factory=set)
    types: set[EntityType] = field(default_factory=set)


def short_forms(names: Iterable[tuple[str, str, EntityType]]) -> list[AliasMention]:
    """Return which names of one document, given as (key, name, type), may stand for another one of it.

    A short form counts where it fits a single longer name of the document; one that fits two is nobody's.
    """
    known: dict[str, Name] = {}
    for key, spelling, kind in names:
        name = known.setdefault(key, Name(key))
        name.spellings.add(spelling)
        name.types.add(kind)
    if len(known) > MOST_NAMES:
        return []
    fitting: defaultdict[str, dict[str, AliasMention]] = defaultdict(dict)
    for each in candidates(known):
        fitting[each.alias].setdefault(each.key, each)
    return [next(iter(found.values())) for _, found in sorted(fitting.items()) if len(found) == 1]


def candidates(known: dict[str, Name]) -> Iterator[AliasMention]:
    """Yield what each longer name may be called; every name is looked at once, whatever the others are."""
    for name in known.values():
        words = name.key.split()
        if EntityType.PERSON in name.types and 2 <= len(words) <= 3 and words[-1] not in TYPES_BY_WORD:
            yield from called(known, name, {words[0], words[-1]}, PART_OF_NAME, "part of the name")
        elif kind_words(words) and EntityType.PERSON not in name.types:
            short = " ".join(words[: len(words) - kind_words(words)])
            yield from called(known, name, {short}, WITHOUT_KIND, "without its kind")
        if suffix := organization_suffix(name.key):
            yield from called(known, name, {name.key[: -len(suffix)]}, WITHOUT_KIND, "without its kind")
        if len(words) >= 2:
            yield from initials(known, name, words)


def called(known: dict[str, Name], name: Name, shorts: set[str], score: float, reason: str) -> Iterator[AliasMention]:
    """Yield those short forms that the document uses and that no type speaks against."""
    for short in sorted(shorts & known.keys()):
        if compatible(known[short].types, name.types):
            yield AliasMention(short, name.key, score, reason)


def compatible(one: set[EntityType], other: set[EntityType]) -> bool:
    """Say whether one thing may have both types; CONCEPT is what a name gets that nothing else is known of."""
    telling = one - {EntityType.CONCEPT}
    return not telling or not telling.isdisjoint(other) or other <= {EntityType.CONCEPT}


def kind_words(words: list[str]) -> int:
    """Return how many words at the end say what kind of organization it is, all but the first at most."""
    count = 0
    while count < len(words) - 1 and TYPES_BY_WORD.get(words[-1 - count]) is EntityType.ORGANIZATION:
        count += 1
    return count


def organization_suffix(key: str) -> str:
    """Return the Chinese word for the kind of organization that a name ends with, the longest, or ""."""
    for length in range(min(LONGEST_SUFFIX, len(key) - 2), 1, -1):
        if key[-length:] in ORGANIZATION_SUFFIXES and key[:-length] not in GENERIC:
            return key[-length:]
    return ""


def initials(known: dict[str, Name], name: Name, words: list[str]) -> Iterator[AliasMention]:
    """Yield the initials of a name where the document writes them in capitals."""
    spelled = min(name.spellings)
    every = "".join(word[0] for word in words)
    telling = "".join(word[0] for word in spelled.split() if word[0].isupper()).lower()
    for letters in sorted({every, telling} & known.keys()):
        upper = next((each for each in sorted(known[letters].spellings) if each.isupper()), "")
        if 2 < len(letters) <= LONGEST_ACRONYM and upper and is_acronym(upper, spelled):
            yield AliasMention(letters, name.key, INITIALS, "initials")
