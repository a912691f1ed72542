"""Take the core out of an English question."""

import re
from functools import cache, lru_cache

from shared.likeness.core import Core
from shared.likeness.english.frames import FRAMES
from shared.likeness.english.phrases import PHRASES
from shared.likeness.english.words import APART, ASKING, LIGHT, NEGATIONS, NUMBERS, POINTING, SAME
from shared.likeness.phrases import UNRULED, put
from shared.likeness.signs import spelt
from shared.text.terms import QUESTION_WORDS, STEMS, folded

PIECE = re.compile(r"[a-z]*[0-9][a-z0-9.]*[a-z0-9]|[a-z]*[0-9]|[^\W\d_]+")
UNIT_BEHIND = re.compile(r"(?<=[0-9])(?=(?:kg|g|mg|km|m|cm|mm|mb|gb|kb|tb|h|s|ms|w|kw|v|a|l|ml|t)\b)")
LETTER = re.compile(r"(?<=[a-z0-9] )A\b")
"""A name, as in plan A, where the article would be small."""

AUXILIARY = re.compile(
    r"^\W*(?:is|are|was|were|am|do|does|did|can|could|may|might|must|should|will|would|has|have|had)\b"
)
MUST = re.compile(
    r"\b(?:must|ha(?:ve|s) to|need(?:s|ed)? to|mandatory|compulsory|obligatory|(?:obliged|required|necessary) to)\b"
)
NEEDED = re.compile(r"\b(?:need|needs|needed|required|necessary)\b")
MAY = re.compile(r"\b(?:may|can|could|allowed|permitted|possible|okay|ok)\b")

OBJECT = re.compile(
    r"\bwho (?:(?:do|does|did|(?:should|can|could|must|may|will|would|shall) (?:i|we|you|one|they))\b"
    r"|(?:is|are|was|were|(?:has|have|had|will) been?) (?:being )?\w+ by\b)"
)

SHORTEST_DOER = 7
"""Letters; shorter words in -er and -or are mostly no doers: water, paper, order, door."""


def english_core(question: str) -> Core:
    """Return what an English question asks for."""
    text = UNIT_BEHIND.sub(" ", spelt(folded(LETTER.sub("letter-a", question))))
    text = put(text, FRAMES)
    ruling = rules_on(text)
    text = put(text, PHRASES)
    pieces = PIECE.findall(text)
    words = [word for word in pieces if word not in NUMBERS and not has_figure(word)]
    figures = [NUMBERS.get(word, word) for word in pieces if word in NUMBERS or has_figure(word)]
    kind = asked(text, words)
    return Core(
        "en",
        kind,
        tuple(figures),
        sum(word in NEGATIONS for word in words),
        tuple(sorted(doing(same(word)) if kind == "who" else same(word) for word in words if carries(word))),
        directions(words),
        frozenset() if kind in UNRULED else ruling,
    )


def rules_on(text: str) -> frozenset[str]:
    """Return whether a question is about what one must do, or what one may."""
    must = MUST.search(text) or (AUXILIARY.match(text) and NEEDED.search(text))
    return frozenset((["must"] if must else []) + (["may"] if MAY.search(text) else []))


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


def doing(stem: str) -> str:
    """Return what a person does who is named by a stem: the inspector inspects, the sponsor sponsors."""
    return stem[:-2] if stem.endswith(("er", "or")) and len(stem) >= SHORTEST_DOER else stem


@lru_cache(maxsize=20_000)
def same(word: str) -> str:
    """Return the word that stands for all that ask for the same."""
    stem = STEMS.of({word})[word]
    if word in APART:
        return word
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
