"""Find the names in a sentence that a further sentence may be about."""

import re

from shared.text.terms import index_terms

HAN = "[\u4e00-\u9fff]"
NAMES = re.compile(
    r"(?<![.!?] )\b[A-Z][\w'-]+(?: (?:of |the |de |van |von )?[A-Z][\w'-]+)*"  # not the word that opens a sentence
    rf"|《[^》]+》|“[^”]+”|「[^」]+」|{HAN}{{1,8}}(?:[·•]{HAN}{{1,8}})+"
)


def named_terms(text: str) -> frozenset[str]:
    """Return the terms of capitalised, quoted and transcribed (雷蒙·钱德勒) names; single characters say too little."""
    return frozenset(term for name in NAMES.findall(text) for term in index_terms(name) if len(term) > 1)
