"""Take the core out of a Chinese question."""

import re
from functools import cache

from shared.likeness.chinese.frames import FRAMES
from shared.likeness.chinese.numbers import in_figures
from shared.likeness.chinese.phrases import PHRASES
from shared.likeness.chinese.words import ASKING, LIGHT, NEGATION, NO_NEGATIONS, POINTING, SAME
from shared.likeness.core import Core
from shared.likeness.phrases import UNRULED, put
from shared.likeness.signs import spelt
from shared.text.scripts import CJK
from shared.text.terms import folded

FIGURE = re.compile(r"[a-z]*[0-9][a-z0-9.]*[a-z0-9]|[a-z]*[0-9]")
LATIN = re.compile(r"[a-z]+")
ASKED = re.compile("|".join(sorted(ASKING, key=len, reverse=True)))
NEGATED = re.compile(NEGATION)
HARMLESS = re.compile("|".join(sorted(NO_NEGATIONS, key=len, reverse=True)))
AIMED = re.compile(
    rf"((?![比从到给](?:[例率重较赛事业期达底货予]))[{POINTING}])([{CJK}]{{2}}|[a-z]+)|([a-z]+)[换成为到]+([a-z]+)"
)
MUST = re.compile("必须|必需|务必|强制|(?:一定|是否|非)[要需得]|需要|需不需要|要不要")
MAY = re.compile("可以|可否|允许|准许|有权|可不可以|(?<![功性智可职才不])能(?![源力量耗效])")
NO_NUMBER = re.compile("一(?=[下个台些样般定起直旦次种项致切])|(?<=[统唯万])一")
NOT_CJK = re.compile(f"[^{CJK}]+")


def chinese_core(question: str) -> Core:
    """Return what a Chinese question asks for; its words are the characters that carry something."""
    text = spelt(folded(question)).replace(" ", "")
    text = put(text, FRAMES)
    ruling = rules_on(text)
    text = put(text, PHRASES)
    denied = NEGATED.findall(HARMLESS.sub("", text))
    text = figured(text)
    figures = FIGURE.findall(text)
    bare = FIGURE.sub(" ", text)
    latin = LATIN.findall(bare)
    words = tuple(sorted([*carrying(bare), *latin]))
    kind = asked(text)
    return Core("zh", kind, tuple(figures), len(denied), words, aims(text), frozenset() if kind in UNRULED else ruling)


def rules_on(text: str) -> frozenset[str]:
    """Return whether a question is about what one must do, or what one may."""
    return frozenset((["must"] if MUST.search(text) else []) + (["may"] if MAY.search(text) else []))


def figured(text: str) -> str:
    """Write the numbers of a text in figures, but for the 一 of 一个 and 一次, which counts nothing."""
    return in_figures(NO_NUMBER.sub("", text))


def asked(text: str) -> str:
    """Return what kind of thing is asked for; `whether` where the answer is yes or no."""
    found = ASKED.search(text)
    if not found:
        return "whether" if "吗" in text else "what"
    kind = ASKING[found[0]]
    behind = text[: found.start()][-1:]
    at_end = not text[found.end() :].strip("?？。.的")
    return "whom" if kind == "who" and at_end and behind and behind not in "由是被归让员偶拥" else kind


def carrying(text: str) -> list[str]:
    """Return the characters of a text that carry something, each word by the one that stands for it."""
    text = NOT_CJK.sub(" ", text)
    for pattern, instead in replacements():
        text = pattern.sub(instead, text)
    return [character for character in text if not character.isspace()]


@cache
def replacements() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return what is put for the words that ask for the same, the longest first, and for those that carry nothing."""
    heads = {word: head for entry in SAME for head, words in [entry.split(":")] for word in words.split(",")}
    asking = "|".join([*sorted(ASKING, key=len, reverse=True), NEGATION])
    same = re.compile("|".join(sorted(heads, key=len, reverse=True)))
    light = re.compile("|".join(sorted(LIGHT, key=len, reverse=True)))
    return ((re.compile(asking), " "), (same, lambda found: heads[found[0]]), (light, ""))  # type: ignore[return-value]


def aims(text: str) -> tuple[tuple[str, str], ...]:
    """Return what the words that point are followed by."""
    found = []
    for pointing, aim, source, target in AIMED.findall(text):
        found.append((pointing, aim) if pointing else (source, target))
    return tuple(found)
