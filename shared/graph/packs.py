"""Pack passages and the names found in them into tasks for a model: many passages to a call, one fixed prefix."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from shared.domain.answers import ROWS_TOKENS
from shared.domain.documents import Chunk
from shared.domain.graph import Contribution, EntityType, Mention, MentionSource
from shared.graph.pack_rules import RULES
from shared.text.tokens import count_tokens

PACK_TOKENS, MOST_TOKENS = 4000, 5000
"""Tokens of passages that a task aims at, and most of a task of several passages: the rules are then a tenth of it, and
an answer is short enough to be whole."""

NAMES_SHARE = 0.12
"""Tokens of names per token of passages; what the model should look at first, not all that the rules guess."""

NAMES_LEAST = 100
"""Tokens that names may take however short the passages are."""

ANSWER_SHARE, ANSWER_LEAST = 0.6, 200
"""Most tokens of an answer per token of passages, and at least; a model that needs more is talking."""

EXPECTED_SHARE = 0.45
"""Tokens of an answer per token of passages that an estimate counts with."""

UNNAMED = (EntityType.DATE, EntityType.METRIC)
"""Types that the rules are sure of, so that no token is spent on them."""


@dataclass(frozen=True, slots=True)
class Pack:
    """Passages for one call. `names[i]` is shown as the number i + 1, passage i as [ci+1]."""

    chunks: tuple[Chunk, ...]
    names: tuple[Mention, ...]

    @property
    def material(self) -> str:
        """The names by number, then the passages behind their marks; headings only where they change."""
        names = "\n".join(f"{number} {each.name} {each.type}" for number, each in enumerate(self.names, 1))
        return f"NAMES\n{names}\nPASSAGES\n" + "\n".join(marked(self.chunks))

    @property
    def text_tokens(self) -> int:
        """Tokens of the passages alone."""
        return sum(count_tokens(each.text) for each in self.chunks)

    @property
    def prompt_tokens(self) -> int:
        """Tokens of the whole task."""
        return count_tokens(RULES) + count_tokens(self.material) + ROWS_TOKENS

    @property
    def most_answer_tokens(self) -> int:
        """Bound of the answer."""
        return ANSWER_LEAST + ceil(ANSWER_SHARE * self.text_tokens)

    @property
    def expected_answer_tokens(self) -> int:
        """Tokens of a usual answer."""
        return ceil(EXPECTED_SHARE * self.text_tokens)


def marked(chunks: Sequence[Chunk]) -> Iterator[str]:
    """Yield the passages under their marks, and what they stand under where that changes."""
    shown = ""
    for number, chunk in enumerate(chunks, 1):
        above = " > ".join(line for line in dict.fromkeys([chunk.title, *chunk.heading_path]) if line)
        if above != shown:
            yield f"# {above}"
            shown = above
        yield f"[c{number}] {chunk.text}"


def packs(chunks: Sequence[Chunk], contributions: Sequence[Contribution]) -> list[Pack]:
    """Cut passages, those of a document together, into the fewest packs of about equal size.

    `contributions` are what the rules say of the same chunks, in the same order. One passage longer than a pack is a
    pack of its own.
    """
    sizes = [count_tokens(each.text) for each in chunks]
    count = max(ceil(sum(sizes) / MOST_TOKENS), round(sum(sizes) / PACK_TOKENS))
    even = sum(sizes) / count
    groups: list[list[int]] = [[] for _ in range(count)]
    before = 0
    for place, size in enumerate(sizes):
        # A passage goes where its middle falls, so that no more packs come out than were counted.
        groups[min(count - 1, int((before + size / 2) / even))].append(place)
        before += size
    return [
        pack_of([chunks[place] for place in group], [contributions[place] for place in group])
        for group in groups
        if group
    ]


def pack_of(chunks: Sequence[Chunk], contributions: Sequence[Contribution]) -> Pack:
    """Choose the names that a pack shows: the surest and most frequent that fit, in the order of their first place."""
    counts: Counter[str] = Counter()
    surest: dict[str, Mention] = {}
    for mention in (each for contribution in contributions for each in contribution.mentions if is_shown(each)):
        counts[mention.key] += 1
        if mention.key not in surest or surest[mention.key].confidence < mention.confidence:
            surest[mention.key] = mention
    room = max(NAMES_LEAST, NAMES_SHARE * sum(count_tokens(each.text) for each in chunks))
    chosen: set[str] = set()
    for key in sorted(surest, key=lambda each: (-surest[each].confidence * counts[each], each)):
        room -= count_tokens(f"999 {surest[key].name} {surest[key].type}\n")
        if room < 0:
            break
        chosen.add(key)
    return Pack(tuple(chunks), tuple(surest[key] for key in surest if key in chosen))


def is_shown(mention: Mention) -> bool:
    """Say whether a mention is worth a line: it stands in the text, on one line, and its type is open to doubt."""
    is_plain = mention.end > 0 and "\n" not in mention.name and "|" not in mention.name
    return is_plain and mention.type not in UNNAMED and mention.source is not MentionSource.GAZETTEER
