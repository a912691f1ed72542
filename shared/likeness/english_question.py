"""Take the core out of an English question."""

import re
from functools import cache, lru_cache

from shared.likeness.core import Core
from shared.likeness.english_words import ASKING, LIGHT, NEGATIONS, NUMBERS, PHRASES, POINTING, SAME
from shared.likeness.signs import spelt
from shared.text.terms import QUESTION_WORDS, STEMS, folded

PIECE = re.compile(r"[a-z]*[0-9][a-z0-9.]*[a-z0-9]|[a-z]*[0-9]|[^\W\d_]+")
UNIT_BEHIND = re.compile(r"(?<=[0-9])(?=(?:kg|g|mg|km|m|cm|mm|mb|gb|kb|tb|h|s|ms|w|kw|v|a|l|ml|t)\b)")
LETTER = re.compile(r"(?<=[a-z0-9] )A\b")
"""A name, as in plan A, where the article would be small."""

AUXILIARY = re.compile(
    r"^\W*(?:is|are|was|were|am|do|does|did|can|could|may|might|must|should|will|would|has|have|had)\b"
)
OBJECT = re.compile(r"\bwho (?:do|does|did|(?:should|can|could|must|may|will|would|shall) (?:i|we|you|one|they))\b")

SHORTEST_DOER = 6
"""Letters; words in -er and -or that have no more are mostly no doers: water, paper, order, door."""


def english_core(question: str) -> Core:
    """Return what an English question asks for."""
    text = UNIT_BEHIND.sub(" ", spelt(folded(LETTER.sub("letter-a", question))))
    for pattern, instead in phrases():
        text = pattern.sub(instead, text)
    pieces = PIECE.findall(text)
    words = [word for word in pieces if word not in NUMBERS and not has_figure(word)]
    figures = [NUMBERS.get(word, word) for word in pieces if word in NUMBERS or has_figure(word)]
    kind = asked(text, words)
    return Core(
        "en",
        kind,
        tuple(figures),
        sum(word in NEGATIONS for word in words),
        tuple(sorted(same(doing(word) if kind == "who" else word) for word in words if carries(word))),
        directions(words),
    )


@cache
def phrases() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the ways to put a question, made ready with the first one that is looked at."""
    return tuple((re.compile(pattern), instead) for pattern, instead in PHRASES)


def asked(text: str, words: list[str]) -> str:
    """Return what kind of thing is asked for; `whether` where the answer is yes or no."""
    if AUXILIARY.match(text):
        return "whether"
    found = next((word for word in words if word in ASKING), "what").replace("which", "what")
    return "whom" if found == "who" and OBJECT.search(text) else found


def has_figure(word: str) -> bool:
    """Say whether a word is a number or a code."""
    return any(character.isdigit() for character in word)


def carries(word: str) -> bool:
    """Say whether a word carries something of what is asked for."""
    return word not in QUESTION_WORDS and word not in LIGHT and word not in NEGATIONS and word not in POINTING


def doing(word: str) -> str:
    """Return what a person does who is named by it: the inspector inspects, the maintainer maintains."""
    is_doer = word.endswith(("er", "or")) and len(word) > SHORTEST_DOER and word not in standing_for()
    return word[:-2] if is_doer else word


@lru_cache(maxsize=20_000)
def same(word: str) -> str:
    """Return the word that stands for all that ask for the same."""
    stem = STEMS.of({word})[word]
    heads = standing_for()
    return heads.get(word) or heads.get(stem, stem)


def directions(words: list[str]) -> tuple[tuple[str, str], ...]:
    """Return the words that point, each with the next two that carry something."""
    found = []
    for place, word in enumerate(words):
        if word in POINTING:
            aims = [same(each) for each in words[place + 1 :] if carries(each)]
            found.append((word, " ".join(aims[:2])))
    return tuple(found)


@cache
def standing_for() -> dict[str, str]:
    """Return for each word, and for its stem, the one that stands for it."""
    groups = [(head, [head, *others.split(",")]) for head, others in (entry.split(":") for entry in sorted(SAME))]
    every = {word for _, words in groups for word in words}
    stems = STEMS.of(every)
    return {form: stems[head] for head, words in groups for word in words for form in (word, stems[word])}
