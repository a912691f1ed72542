"""Read the citation marks in a text as it is written, and let none through that cites nothing."""

import re

OPENERS, CLOSERS, BLANKS = "[【", "]】", " \t"
BETWEEN = "0123456789０１２３４５６７８９^,，、;；-–" + BLANKS
"""What may stand inside a mark: [1], [1, 2], [1-3], [^1]; 【1†source】 goes on with any character behind the dagger."""

MARK = re.compile(rf"[{BLANKS}]*[\[【](?=[^\]】]*[0-9０-９])([0-9０-９^,，、;；\-–{BLANKS}]+)(?:†[^\]】\n]*)?[\]】]")
NUMBERS = re.compile(r"(\d+)(?:\s*[-–]\s*(\d+))?")

LONGEST_MARK = 80
"""Characters that are held back; no mark is that long."""


class CitationMarks:
    """Passes a text through piece by piece, with its citation marks as [n] and without those of no passage.

    `removed` counts the citations taken out. However the text is cut into pieces, the same text comes out.
    """

    def __init__(self, passages: int) -> None:
        """Know the passages 1 to `passages`."""
        self._passages = passages
        self._held = ""
        self.removed = 0

    def feed(self, text: str) -> str:
        """Take the next piece and return what can be said already."""
        return "".join([self._step(character) for character in text])

    def finish(self) -> str:
        """Return what was held back in the end."""
        held, self._held = self._held, ""
        return held

    def _step(self, character: str) -> str:
        self._held += character
        opened = max(self._held.rfind(opener) for opener in OPENERS)
        if character in CLOSERS and opened >= 0:
            return self._close()
        inside = opened >= 0 and (character in BETWEEN or ("†" in self._held[opened:] and character != "\n"))
        if character not in OPENERS + BLANKS and not inside:
            return self.finish()
        # Brackets that pile up could close into a mark much later; without them they cannot.
        return self.finish().translate(dict.fromkeys(map(ord, OPENERS))) if len(self._held) > LONGEST_MARK else ""

    def _close(self) -> str:
        mark = last_mark(self._held)
        if mark is None:
            return self.finish()
        numbers = list(dict.fromkeys(cited_numbers(mark.group(1), self._passages)))
        valid = [number for number in numbers if 1 <= number <= self._passages]
        self.removed += len(numbers) - len(valid)
        before, self._held = self._held[: mark.start()], ""
        if not valid:
            # What stood before may still open a mark together with what follows.
            self._held = before
            return ""
        blanks = mark.group()[: len(mark.group()) - len(mark.group().lstrip(BLANKS))]
        return before + blanks + "".join(f"[{number}]" for number in valid)


def last_mark(text: str) -> re.Match[str] | None:
    """Return the mark that ends the text, if one does."""
    marks = [mark for mark in MARK.finditer(text) if mark.end() == len(text)]
    return marks[-1] if marks else None


def cited_numbers(inside: str, passages: int) -> list[int]:
    """Return the numbers that a mark names; a range names those of the passages in it, and its ends."""
    numbers: list[int] = []
    for first, last in NUMBERS.findall(inside):
        start, end = int(first), int(last or first)
        numbers += [start, *range(max(start, 0) + 1, min(end, passages) + 1)]
        numbers += [end] if end > passages and end != start else []
    return numbers
