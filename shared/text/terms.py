"""The terms that a text is indexed and searched by: stemmed words, and one and two characters of CJK runs."""

import re
import threading
import unicodedata
from collections.abc import Mapping
from typing import Any

from shared.text.irregular import BASES
from shared.text.lexicon import lexicon
from shared.text.scripts import CJK

LONGEST = 64
"""Characters of a word; a longer one is cut into pieces, so that a line of a hundred megabytes is no special case."""

REMEMBERED = 100_000
"""Stems kept in memory, about 15 MB."""

NUMBER = r"[0-9]{1,20}(?:\.[0-9]{1,20})+"
PIECES = re.compile(rf"([{CJK}]+)|({NUMBER}|[^\W_{CJK}]{{1,{LONGEST}}}(?:'[a-z]{{1,2}}\b)?)")
ASCII_PIECES = re.compile(rf"{NUMBER}|[a-z0-9]{{1,{LONGEST}}}(?:'[a-z]{{1,2}}\b)?")
THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")

STOP_WORDS = lexicon(
    "a an the and or but if of to in on at by for from with as is was are were be been it its this that"
)
"""Words that nearly every English text holds."""

QUESTION_WORDS = STOP_WORDS | lexicon(
    "who whom whose what which when where why how do does did done doing has have had can could will would should may",
    "there their them they he she his her him i me my we our us you your into than then so such about many much",
)
"""Words that a question is made of and that say nothing about what is asked for."""

FUNCTION_CHARACTERS = frozenset(
    "的了是在有和与及或吗呢吧啊么什谁哪几何怎为被由从到对于这那其之者所以也都就还而但并因个些们请问"
)
QUESTION_PAIRS = lexicon(
    "什么 哪里 哪个 哪些 哪家 哪位 哪一 哪年 多少 怎么 怎样 如何 为何 为什 何时 何地 何人 是谁 谁是 是什 是哪 有哪",
    "有什 有多 几个 请问 告诉 诉我 可以",
)


def index_terms(text: str) -> list[str]:
    """Return the terms of a text in order, repeats included; of a CJK run every character and every pair."""
    text = folded(text)
    if text.isascii():
        return stemmed(ASCII_PIECES.findall(text), STOP_WORDS)
    pieces = PIECES.findall(text)
    known = STEMS.of({word for _, word in pieces})
    terms: list[str] = []
    for run, word in pieces:
        if run:
            terms.extend(run)
            terms.extend(pairs(run))
        elif word not in STOP_WORDS:
            terms.append(known[word])
    return terms


def query_terms(text: str) -> list[str]:
    """Return the terms a question searches for: without question words, and of longer CJK runs the pairs alone.

    A question that consists of nothing else keeps all its terms.
    """
    text = folded(text)
    terms = stemmed([word for _, word in PIECES.findall(text) if word], QUESTION_WORDS)
    for run, _ in PIECES.findall(text):
        terms.extend(asked(run))
    return terms or index_terms(text)


def asked(run: str) -> list[str]:
    """Return what a CJK run of a question asks for."""
    if len(run) == 1:
        return [] if run in FUNCTION_CHARACTERS else [run]
    return [pair for pair in pairs(run) if pair not in QUESTION_PAIRS and not FUNCTION_CHARACTERS.issuperset(pair)]


def pairs(run: str) -> list[str]:
    """Return each character of a run together with the next."""
    return [run[start : start + 2] for start in range(len(run) - 1)]


def folded(text: str) -> str:
    """Fold case, width, apostrophes and the commas inside numbers."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).replace("’", "'")
    text = text.casefold()
    return THOUSANDS.sub("", text) if "," in text else text


def stemmed(words: list[str], without: frozenset[str]) -> list[str]:
    """Return the stems of the words that are not stop words, in order."""
    known = STEMS.of(set(words))
    return [known[word] for word in words if word not in without]


class Stems:
    """English stems by word, remembered up to a bound; safe to ask from several threads."""

    def __init__(self) -> None:
        """Begin with nothing; the stemmer is loaded with the first word."""
        self._lock = threading.Lock()
        self._stemmer: Any = None
        self._known: dict[str, str] = {}

    def of(self, words: set[str]) -> Mapping[str, str]:
        """Return a mapping that holds the stem of each of the words, and perhaps of others."""
        known = self._known
        missing = [word for word in words if word not in known]
        if not missing:
            return known
        # The stemmer keeps state between words, so that two threads must not share it at one time.
        with self._lock:
            bases = [BASES.get(word, word) for word in missing]
            known.update(zip(missing, self._load().stemWords(bases), strict=True))
            # Whoever holds the full mapping keeps it; the next caller begins a new one.
            if len(known) > REMEMBERED:
                self._known = {}
        return known

    def _load(self) -> Any:
        if self._stemmer is None:
            import Stemmer

            self._stemmer = Stemmer.Stemmer("english")
        return self._stemmer


STEMS = Stems()
