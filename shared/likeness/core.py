"""What a question asks for, without how it is put."""

from dataclasses import dataclass

FROM = frozenset(("from", "从"))
"""Words that point the other way than all others do."""


@dataclass(frozen=True, slots=True)
class Core:
    """The parts of a question that paraphrases share and look-alikes do not.

    `asked` says what kind of thing the answer is (who, when, where, why, how, whether, what); `numbers` are all its
    numbers and codes, `negations` how often it says no, `words` what is left behind both, without their order;
    `directions` are pairs of a word that points (than, from, to) and what it points at; `ruling` says whether it is
    about what one must do or may do.
    """

    language: str
    asked: str
    numbers: tuple[str, ...]
    negations: int
    words: tuple[str, ...]
    directions: tuple[tuple[str, str], ...] = ()
    ruling: frozenset[str] = frozenset()

    @property
    def frame(self) -> tuple[str, str, tuple[str, ...], int]:
        """What must be equal, word for word, in two questions that ask the same."""
        return self.language, self.asked, self.numbers, self.negations

    def overruled(self, other: "Core") -> bool:
        """Say whether one is about what must be done and the other about what may be."""
        return bool(self.ruling and other.ruling) and self.ruling.isdisjoint(other.ruling)

    def turned(self, other: "Core") -> bool:
        """Say whether both point by the same word at different things, or one to where the other comes from."""
        return self._points_elsewhere(other) or other._points_elsewhere(self)

    def _points_elsewhere(self, other: "Core") -> bool:
        for word, aim in self.directions:
            theirs = [their_aim for their_word, their_aim in other.directions if their_word == word]
            if theirs and all(apart(aim, their_aim) for their_aim in theirs):
                return True
            ways = {their_word for their_word, their_aim in other.directions if their_aim == aim}
            if ways and word not in ways and FROM & {word, *ways}:
                return True
        return False


def apart(one: str, other: str) -> bool:
    """Say whether two aims are different things; one that is not said whole may be the other."""
    return not one.startswith(other) and not other.startswith(one)
