"""Compare the spellings of two names wherever they stand; only names that share a block are compared at all."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from shared.domain.graph import AliasMention
from shared.text.scripts import CJK

SPELLING, WORD_ORDER, ALIKE = 0.95, 0.85, 0.75
"""Score of names that differ in spaces and accents alone, in the order of their words, and of the least alike pair."""

MOST_ALIKE = 0.9
"""Score of the most alike pair that is not the same spelling: one letter more or less is not enough to merge."""

BLOCK = 50
"""Names of one block that are compared with each other; a fuller one tells no names apart and is passed over."""

SHORTEST, SHORTEST_ALIKE, SHORTEST_ALIKE_CJK = 4, 9, 5
"""Letters of a name that is compared by spelling, and of one in which a single letter may differ."""

SHORTEST_WORD = 6
"""Letters of a word in which a single letter may differ: Maria is not Marie."""

HAN = re.compile(f"[{CJK}]")
NUMBER = re.compile(r"\d+")
Blocks = Mapping[str, Sequence[str] | None]
"""The names of each block, or None where it is too full to be compared."""

TELLING = frozenset("东西南北上下左右前后内外大小新旧老高低长短一二三四五六七八九十甲乙丙丁戊男女正副")
"""Characters that make two names of one pattern two things: 东屿水厂, 西屿水厂."""


def squeezed(key: str) -> str:
    """Return a key without spaces and accents."""
    if key.isascii():
        return key.replace(" ", "")
    bare = unicodedata.normalize("NFD", key.replace(" ", ""))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


def blocks(key: str) -> list[str]:
    """Return the blocks of a key, six at most: two keys are compared where they have one in common.

    Either half of a name stays whole where one letter of it differs, so its halves find it, whatever stands in the
    other one; a half is rarer than any trigram, so few blocks are ever full.
    """
    letters = squeezed(key)
    words = key.split()
    found = ["=" + letters] if len(letters) >= SHORTEST else []
    if 2 <= len(words) <= 4:
        found.append("#" + " ".join(sorted(words)))
    if len(letters) >= (SHORTEST_ALIKE_CJK if HAN.search(letters) else SHORTEST_ALIKE):
        halves = {len(letters) // 2, (len(letters) - 1) // 2}
        found += [f"<{letters[:half]}" for half in sorted(halves)]
        found += [f">{letters[-half:]}" for half in sorted(halves)]
    return found


def spelled(
    keys: Collection[str], before: Collection[str] = (), known: Collection[AliasMention] = ()
) -> set[AliasMention]:
    """Return what the spellings of all names of a base say about them.

    Where it is `known` what those of the names `before` said, no more is compared than changed.
    """
    fresh, dead = set(keys) - set(before), set(before) - set(keys)
    rows = {key: blocks(key) for key in (*keys, *dead)}
    affected = {block for key in fresh | dead for block in rows[key]}
    then, now = (members({key: rows[key] for key in names}) for names in (before, keys))
    again = compared_anew(fresh, dead, {block: (then.get(block, ()), now.get(block, ())) for block in affected})
    moved = again | dead
    left = {each for each in known if moved.isdisjoint((each.alias, each.key))}
    return left | set(compared(again, now))


def members(rows: Mapping[str, Iterable[str]]) -> Blocks:
    """Return the names of each block, given as the blocks of each name."""
    names: defaultdict[str, list[str]] = defaultdict(list)
    for key, found in rows.items():
        for block in found:
            names[block].append(key)
    return {block: held if len(held) <= BLOCK else None for block, held in names.items()}


def compared_anew(
    fresh: set[str], dead: set[str], affected: Mapping[str, tuple[Sequence[str] | None, Sequence[str] | None]]
) -> set[str]:
    """Return the names to be compared where some came and others went; `affected` are their blocks, then and now.

    Where a block became too full, or has room again, its names are compared anew, so that the pairs depend on the names
    alone and not on their order.
    """
    crossing = [then or now or () for then, now in affected.values() if (then is None) != (now is None)]
    return fresh.union(*crossing) - dead


def compared(keys: Collection[str], names: Blocks) -> Iterator[AliasMention]:
    """Yield what the spellings of names say about them and the other names of their blocks, once for each two."""
    for key in keys:
        for other in {other for block in blocks(key) for other in names[block] or ()}:
            if (other not in keys or key < other) and (found := likeness(key, other)):
                yield found


def alike(one: str, other: str) -> AliasMention | None:
    """Return what the spellings of two keys say, or None; only names that share a block are compared at all."""
    return None if set(blocks(one)).isdisjoint(blocks(other)) else likeness(one, other)


def likeness(one: str, other: str) -> AliasMention | None:
    """Return what the spellings of two keys of one block say, the longer (or the first of equals) as canonical.

    Names with different numbers are never one: Tern-3 and Tern-4, 2019 and 2020.
    """
    key, alias = sorted((one, other), key=lambda each: (-len(each), each))
    if key == alias or NUMBER.findall(key) != NUMBER.findall(alias):
        return None
    left, right = squeezed(key), squeezed(alias)
    if left == right:
        return AliasMention(alias, key, SPELLING, "spelling")
    if sorted(key.split()) == sorted(alias.split()):
        return AliasMention(alias, key, WORD_ORDER, "order of words")
    difference = one_letter(left, right)
    if difference is None or not is_slip(key, alias, left, right, difference):
        return None
    return AliasMention(alias, key, ALIKE + (MOST_ALIKE - ALIKE) * shared_grams(left, right), "one letter")


def one_letter(left: str, right: str) -> str | None:
    """Return the letters in which two texts differ: one more, one other, or two in another order; else None."""
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    end = 0
    while end < min(len(left), len(right)) - start and left[-1 - end] == right[-1 - end]:
        end += 1
    here, there = left[start : len(left) - end], right[start : len(right) - end]
    if len(here) <= 1 and len(there) <= 1:
        return here + there
    return here if len(here) == 2 and here == there[::-1] else None


def is_slip(key: str, alias: str, left: str, right: str, difference: str) -> bool:
    """Say whether one letter may be a slip: not in a short name or word, and no letter that tells two things apart."""
    if HAN.search(left):
        return min(len(left), len(right)) >= SHORTEST_ALIKE_CJK and TELLING.isdisjoint(difference)
    words, others = key.split(), alias.split()
    changed = [*set(words) - set(others), *set(others) - set(words)]
    return min(len(left), len(right)) >= SHORTEST_ALIKE and all(len(word) >= SHORTEST_WORD for word in changed)


def shared_grams(left: str, right: str) -> float:
    """Return the Dice coefficient of two texts' trigrams, or of their bigrams in Chinese, in [0, 1]."""
    size = 2 if HAN.search(left) else 3
    one, other = ({text[place : place + size] for place in range(len(text) - size + 1)} for text in (left, right))
    return 2 * len(one & other) / (len(one) + len(other))
