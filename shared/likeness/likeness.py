"""Say how alike two questions are, and whether one answer serves both."""

from functools import lru_cache

from shared.likeness.chinese.question import chinese_core
from shared.likeness.core import Core
from shared.likeness.english.question import english_core
from shared.text.scripts import language

ALIKE = 0.92
"""From this likeness on, in [0, 1], one answer serves two questions."""

MEANING_WEIGHT = 0.2
"""What the nearness of the vectors counts beside the words, where the embedder at hand knows the language."""


@lru_cache(maxsize=1_000)
def core(question: str) -> Core:
    """Return what a question asks for; taken out once where a question is looked for and then remembered."""
    return chinese_core(question) if language(question) == "zh" else english_core(question)


def likeness(one: Core, other: Core, cosine: float) -> float:
    """Return how alike two questions are, in [0, 1]; `cosine` is that of their vectors.

    Questions that differ in what kind of thing they ask for, in a word that carries something, in a number, a denial
    or a direction are not alike at all, however near their vectors are. Where they differ in nothing of that, the
    vectors of an English question have a share in the vote. Those of a Chinese one have none: the embedder at hand puts
    the opposites 导入 and 导出 nearer to each other than most paraphrases.
    """
    if one.frame != other.frame or one.words != other.words or one.turned(other) or one.overruled(other):
        return 0.0
    return 1.0 if one.language == "zh" else MEANING_WEIGHT * cosine + 1 - MEANING_WEIGHT
