"""What a question asks for, without how it is put."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Core:
    """The parts of a question that paraphrases share and look-alikes do not.

    `asked` says what kind of thing the answer is (who, when, where, why, how, whether, what); `numbers` are all its
    numbers and codes, `negations` how often it says no, `words` what is left behind both, without their order;
    `directions` are pairs of a word that points (than, from, to) and what it points at.
    """

    language: str
    asked: str
    numbers: tuple[str, ...]
    negations: int
    words: tuple[str, ...]
    directions: tuple[tuple[str, str], ...] = ()

    @property
    def frame(self) -> tuple[str, str, tuple[str, ...], int]:
        """What must be equal, word for word, in two questions that ask the same."""
        return self.language, self.asked, self.numbers, self.negations

    def turned(self, other: "Core") -> bool:
        """Say whether both point somewhere by the same word, and at different things."""
        theirs = dict(other.directions)
        return any(theirs.get(word, aim) != aim for word, aim in self.directions)
