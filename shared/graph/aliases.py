"""Find where a text says that two names are one thing: translations, acronyms, "also known as", 简称."""

import re
from collections.abc import Iterator, Mapping, Sequence

from shared.domain.graph import AliasMention, EntityType, Mention
from shared.graph.bilingual import bilingual_names
from shared.graph.english_cues import HEADS, TYPES_BY_WORD
from shared.text.names import entity_key
from shared.text.scripts import CJK

TRANSLATION, ACRONYM, STATED, SHORT_FORM, WITH_KIND, PART_OF_NAME = 0.95, 0.95, 0.85, 0.95, 0.93, 0.8
"""How sure each kind of statement is; resolution merges from 0.92 on and keeps the others as SAME_AS."""

ACRONYM_INSIDE = re.compile(r"\s?[(（]([A-Z][A-Za-z&]{0,7}[A-Z])s?[)）]")
ALSO_KNOWN = re.compile(
    r",? ?\(?(?:(?:which is |who is |is )?(?:also|better|commonly|formerly|originally|sometimes|otherwise) "
    r"(?:known|called|named|spelled|referred to)(?: simply)?(?: as)?|a\.?k\.?a\.?|known as|nicknamed)(?: the)? [\"“']?"
)
SERIES_WITH_KIND = re.compile(r"(.* ?[a-z]*\d[a-z0-9]*) ([a-z]+)")

ALSO_HINTS = ("known as", "called", "named", "spelled", "referred to", "nicknamed", "aka", "a.k.a")
"""One of these is in every English wording above; looking for them first costs a twentieth."""

CHINESE_SHORT = re.compile(
    rf"[（(，,]?(?:以下)?(?:简称|全称)[为是：:]?[“「『\"]?([{CJK}A-Za-z0-9]{{2,20}})(?=[”」』\"）)，。,；])"
)
CHINESE_ALSO = re.compile(
    rf"[（(，,]?(?:又称|又名|亦称|也称|俗称|别名|原名|曾用名)[为是：:]?[“「『\"]?([{CJK}·]{{2,12}})(?=[”」』\"）)，。,；、])"
)


def aliases(text: str, mentions: Sequence[Mention]) -> list[AliasMention]:
    """Return what a chunk says about names; `mentions` are those of its text by position, the longest first."""
    by_name = (*with_kinds(mentions), *parts_of_names(mentions))
    found = [*translations(text), *acronyms(text, mentions), *stated(text, mentions), *by_name]
    return [alias for alias in dict.fromkeys(found) if alias.alias and alias.key and alias.alias != alias.key]


def translations(text: str) -> Iterator[AliasMention]:
    """Yield names beside themselves in the other script; the Latin one is the canonical, wherever it stands."""
    if text.isascii():
        return
    for chinese, latin in bilingual_names(text):
        key = entity_key(latin.of(text))
        yield AliasMention(entity_key(chinese.of(text)), without_kind(key), TRANSLATION, "translation")


def acronyms(text: str, mentions: Sequence[Mention]) -> Iterator[AliasMention]:
    """Yield "Full Name (FN)" where the letters are the initials of the words."""
    ends = ends_of(mentions)
    for match in ACRONYM_INSIDE.finditer(text):
        full = ends.get(match.start())
        if full and is_acronym(match.group(1), full.name):
            yield AliasMention(entity_key(match.group(1)), full.key, ACRONYM, "acronym")


def is_acronym(letters: str, name: str) -> bool:
    """Say whether the letters are the initials of a name's words, small words counted or not."""
    words = re.findall(r"[^\W\d_]+", name)
    capitals = "".join(word[0] for word in words if word[0].isupper())
    return letters.upper() in {capitals.upper(), "".join(word[0] for word in words).upper()}


def stated(text: str, mentions: Sequence[Mention]) -> Iterator[AliasMention]:
    """Yield what the text itself calls another name."""
    ends, starts = ends_of(mentions), {mention.start: mention for mention in reversed(mentions)}
    for match in ALSO_KNOWN.finditer(text) if any(word in text for word in ALSO_HINTS) else ():
        one, other = ends.get(match.start()), starts.get(match.end())
        if one and other:
            yield AliasMention(other.key, one.key, STATED, "also known as")
    if text.isascii():
        return
    for pattern, score, reason in ((CHINESE_SHORT, SHORT_FORM, "short form"), (CHINESE_ALSO, STATED, "also known as")):
        for match in pattern.finditer(text):
            full = ends.get(match.start())
            if full:
                yield AliasMention(entity_key(match.group(1)), full.key, score, reason)


def with_kinds(mentions: Sequence[Mention]) -> Iterator[AliasMention]:
    """Yield the names of a series that are followed by their kind: the Tern-3 buoy is the Tern-3."""
    for key in sorted({mention.key for mention in mentions}):
        yield AliasMention(key, without_kind(key), WITH_KIND, "with its kind")


def without_kind(key: str) -> str:
    """Return the key of a series without the noun for its kind, or the key itself."""
    series = SERIES_WITH_KIND.fullmatch(key)
    return series.group(1) if series and series.group(2) in HEADS else key


def parts_of_names(mentions: Sequence[Mention]) -> Iterator[AliasMention]:
    """Yield the one word that a chunk uses for a person whom it also names in full, where no other person shares it."""
    full: dict[str, set[str]] = {}
    for mention in mentions:
        words = mention.key.split()
        if mention.type is EntityType.PERSON and 1 < len(words) <= 3 and words[-1] not in TYPES_BY_WORD:
            full.setdefault(words[-1], set()).add(mention.key)
    for word in sorted({mention.key for mention in mentions} & full.keys()):
        if len(full[word]) == 1:
            yield AliasMention(word, next(iter(full[word])), PART_OF_NAME, "part of the name")


def ends_of(mentions: Sequence[Mention]) -> Mapping[int, Mention]:
    """Return the longest mention that ends at each place."""
    return {mention.end: mention for mention in sorted(mentions, key=lambda each: -each.start)}
