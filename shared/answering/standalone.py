"""Rewrite a follow-up so that it can be searched for without the conversation before it."""

import re
from collections.abc import Sequence

from shared.answering.names import NAMES
from shared.domain.answers import Turn
from shared.text.scripts import language
from shared.text.terms import QUESTION_WORDS

WORD = r"(?!(?:wh\w+|how|is|are|was|were|do|does|did)\b)[\w'.-]+"
ELLIPTIC = re.compile(
    rf"\s*(?:(?:and|but|or|so|then)\b[,\s]*)?(?:(?:what|how) about\b.{{1,80}}|(?:why|when|where|who|how)"
    rf"|(?:in|for|on|at|by|since|until|before|after|from|with)(?: {WORD}){{1,5}}"
    rf"|(?<=and )(?:{WORD}\s*){{1,5}})\s*\??\s*",
    re.IGNORECASE,
)
"""A question that leaves out what was asked before."""
ELLIPTIC_CHINESE = re.compile(r"\s*[^，,。？?]{1,20}呢[？?]?\s*")

PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|he|him|his|she|her|hers)\b"
    r"|\b(?:this|that) (?:one|person|plant|company|site|supplier|product|contract|team|document|project)\b"
    r"|\A(?:那么?|请问)?(?:[他她它]们?|(?:此|该|这|那)(?:人|家|个|位|里|公司|工厂|产品|项目|合同))",
    re.IGNORECASE,
)

YEAR = re.compile(r"\b(?:19|20)\d\d\b|(?:19|20)\d\d(?=年)")
LONGEST = 1_000
"""Characters of an earlier turn that are read."""


def standalone(question: str, history: Sequence[Turn]) -> str:
    """Return the question with what it takes over from the last question and answer; one that takes nothing stays.

    "and in 2023?" behind "What was the revenue in 2022?" becomes "What was the revenue in 2023?"; "and the Tern-2?"
    is asked together with the question before it; a pronoun gets the names of the last question, or of its answer.
    """
    before = next((turn.content[:LONGEST] for turn in reversed(history) if turn.role == "user"), "")
    if not before:
        return question
    if ELLIPTIC_CHINESE.fullmatch(question) or ELLIPTIC.fullmatch(question):
        return resumed(question, before)
    if PRONOUN.search(question) and not marked_names(question):
        said = next((turn.content[:LONGEST] for turn in reversed(history) if turn.role == "assistant"), "")
        carried = names(before) or names(said)[:3]
        return f"{question} ({', '.join(carried)})" if carried else question
    return question


def resumed(question: str, before: str) -> str:
    """Return the earlier question with the year of the new one, or with the new one behind it."""
    years = YEAR.findall(question)
    if len(years) == 1 and len(YEAR.findall(before)) == 1:
        return YEAR.sub(years[0], before)
    return f"{before} {question}"


def names(text: str) -> list[str]:
    """Return the names in a text; of a Chinese one without any marked name, the text itself."""
    return marked_names(text) or ([text] if language(text) == "zh" else [])


def marked_names(text: str) -> list[str]:
    """Return the capitalised, quoted and transcribed names, each once, without a question word at the beginning."""
    return [name for name in dict.fromkeys(NAMES.findall(text)) if name.casefold() not in QUESTION_WORDS]
