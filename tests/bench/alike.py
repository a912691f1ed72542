"""Questions in other words: how many the cache answers, and how many that only look alike, over labelled pairs.

Each pair is two questions of one language, under a heading that says whether they ask the same (paraphrase) or what
they differ in. The pairs were written by hand before the rules, the last paraphrases of each language after a first
measurement. The half that `held_out` names was not looked at while the rules were made.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from zlib import crc32

from infra.local.embedding import MiniLmEmbedder
from shared.likeness.likeness import ALIKE, core, likeness
from tests.bench.figures import Figure, show

PAIRS = Path(__file__).with_name("question_pairs.txt")
PAIRS_OF_THE_RULES = Path(__file__).with_name("question_pairs_of_the_rules.txt")
"""Written to find and check the rules, which were looked at with all of them; no figure is read from these."""

PARAPHRASE = "paraphrase"


@dataclass(frozen=True)
class QuestionPair:
    """Two questions, their language, and what they differ in; in a paraphrase that is nothing but words."""

    language: str
    kind: str
    questions: tuple[str, str]

    @property
    def is_same(self) -> bool:
        """Whether one answer serves both."""
        return self.kind == PARAPHRASE

    @property
    def held_out(self) -> bool:
        """Whether the rules were made without it."""
        return crc32("".join(self.questions).encode()) % 2 == 1

    def is_answered(self, cosine: float) -> bool:
        """Say whether the cache gives the answer of the one to the other, where their vectors are so near."""
        one, other = map(core, self.questions)
        return likeness(one, other, cosine) >= ALIKE


def question_pairs(pairs: Path = PAIRS) -> Iterator[QuestionPair]:
    """Read labelled pairs."""
    language = kind = ""
    for line in pairs.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            language, kind = line.removeprefix("# ").split(" ", 1)
        elif line:
            one, other = line.split(" | ")
            yield QuestionPair(language, kind, (one, other))


async def main() -> None:
    """Print the figures of the embedded embedder."""
    pairs = list(question_pairs())
    with TemporaryDirectory(prefix="bench-") as folder:
        embedder = MiniLmEmbedder(Path(folder))
        one, other = [await embedder.embed([pair.questions[place] for pair in pairs]) for place in (0, 1)]
        cosines: list[float] = (one * other).sum(axis=1).tolist()
        await asyncio.to_thread(embedder.close)
    measured = [(pair, cosine) for pair, cosine in zip(pairs, cosines, strict=True)]
    for name, answered in (("cosine", [cosine >= ALIKE for cosine in cosines]), ("alike", judged(measured))):
        show(shares(f"question_pairs_{name}", pairs, answered))


def judged(measured: Iterable[tuple[QuestionPair, float]]) -> list[bool]:
    """Say of each pair whether the cache answers it."""
    return [pair.is_answered(cosine) for pair, cosine in measured]


def shares(name: str, pairs: Sequence[QuestionPair], answered: Sequence[bool]) -> Iterator[Figure]:
    """Yield what share of the paraphrases and of the look-alikes is answered, of all pairs and of those held out."""
    every = list(zip(pairs, answered, strict=True))
    for half, among in (("all", every), ("held_out", [each for each in every if each[0].held_out])):
        for language in ("en", "zh", "both"):
            spoken = [each for each in among if language in ("both", each[0].language)]
            for label, is_same in (("right", True), ("wrong", False)):
                found = [was for pair, was in spoken if pair.is_same == is_same]
                details = {"language": language, "half": half, "pairs": len(found), "answered": sum(found)}
                yield Figure(f"{name}_{label}", 100 * sum(found) / len(found), "%", details)


if __name__ == "__main__":
    asyncio.run(main())
