"""Find the headings of a knowledge base where a text names them."""

import re
from collections.abc import Iterable, Iterator

from shared.text.scripts import CJK
from shared.text.sentences import Span

LONGEST = 8
"""Words of a Latin heading that are looked for."""

WORD = re.compile(rf"[^\W_{CJK}]+(?:['’][^\W_{CJK}]+)?[+#]*")
LATIN = re.compile(rf"[^{CJK}]*\Z")
SKIPPED = frozenset(" ·・•-–—,'’.")
"""Characters that a key leaves out, so that a name in a text may hold them."""


class Gazetteer:
    """The keys of headings by their first word or first two characters, so that ten thousand cost a text little."""

    def __init__(self, headings: Iterable[str]) -> None:
        """Index the keys; one that is a single character is never looked for."""
        self._words: dict[str, list[tuple[str, ...]]] = {}
        self._characters: dict[str, list[str]] = {}
        for key in sorted(headings, key=len, reverse=True):
            if LATIN.match(key):
                self._add_words(key, tuple(key.split()))
            elif len(key) > 1:
                self._characters.setdefault(key[:2], []).append(key)

    def _add_words(self, key: str, words: tuple[str, ...]) -> None:
        if len(key) > 1 and 0 < len(words) <= LONGEST:
            self._words.setdefault(words[0], []).append(words)

    def named(self, text: str) -> Iterator[tuple[str, Span]]:
        """Yield each key that the text names with the characters that name it, the longest at each place."""
        if self._words:
            yield from self._named_words(text)
        if self._characters and not text.isascii():
            yield from self._named_characters(text)

    def _named_words(self, text: str) -> Iterator[tuple[str, Span]]:
        words = [(word.group().lower(), word.start(), word.end()) for word in WORD.finditer(text)]
        free = 0
        for place, (word, start, _) in enumerate(words):
            known = self._words.get(word) if start >= free else None
            if known and (match := self._match(text, known, words[place : place + LONGEST])):
                free = words[place + len(match) - 1][2]
                yield " ".join(match), Span(start, free)

    @staticmethod
    def _match(text: str, known: list[tuple[str, ...]], words: list[tuple[str, int, int]]) -> tuple[str, ...] | None:
        following = tuple(word for word, _, _ in words)
        for key in known:
            # One word alone may be any word; it names a heading only where it is written like a name.
            if following[: len(key)] == key and (len(key) > 1 or not text[words[0][1]].islower()):
                return key
        return None

    def _named_characters(self, text: str) -> Iterator[tuple[str, Span]]:
        places = [place for place, character in enumerate(text) if character not in SKIPPED]
        squeezed = "".join([text[place] for place in places]).lower()
        if len(squeezed) != len(places):
            return
        free = 0
        for place in range(len(squeezed) - 1):
            known = self._characters.get(squeezed[place : place + 2]) if place >= free else None
            for key in known or ():
                if squeezed.startswith(key, place):
                    free = place + len(key)
                    yield key, Span(places[place], places[free - 1] + 1)
                    break
