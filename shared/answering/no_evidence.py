"""Say that the documents do not answer a question, and know when to."""

from collections import defaultdict
from collections.abc import Sequence

from shared.answering.question_terms import rarity, told
from shared.answering.statements import Statement
from shared.text.scripts import language

EVIDENCE = 0.25
"""Share of the question's rarity that one passage must hold to be worth quoting.

Measured with eight passages per question: of answerable Chinese questions (CMRC 2018 dev) and two-hop English ones
(HotpotQA) at most 1 % fall below it, and between eight and nine in ten of those asked over unrelated passages.
"""

SURVEY_EVIDENCE = 0.1
"""The same for a global question without the words that make it one: it asks for more than one passage holds. The
global questions of samples/ that name a subject reach 0.14 and more, those about something else mostly 0."""

SENTENCES = {
    "en": "The documents do not answer this question.",
    "zh": "文档中没有回答这个问题的内容。",
}


def no_evidence(question: str) -> str:
    """Return the sentence that says so, in the language of the question."""
    return SENTENCES[language(question)]


def says_no_evidence(text: str) -> bool:
    """Say whether an answer is that sentence, whoever wrote it."""
    return text.strip() in SENTENCES.values()


def evidence(question: str, found: Sequence[Statement]) -> float:
    """Return the largest share in [0, 1] of the question's rarity that the statements of one passage hold."""
    weights = rarity(told(question), found)
    whole = sum(weights.values())
    if not whole:
        return 0.0
    held: dict[int, set[str]] = defaultdict(set)
    for statement in found:
        held[statement.number] |= statement.all_terms & weights.keys()
    return max(sum(weights[term] for term in terms) for terms in held.values()) / whole
