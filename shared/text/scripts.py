"""Tell the scripts apart that are written without spaces, and the language of a text."""

import re
from typing import Literal

CJK = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af"
)
"""Ranges of a regular expression's class: Han with its extensions, kana and hangul; no punctuation."""

Language = Literal["zh", "en"]

SAMPLE = 4000
"""Characters that are enough to tell the language of a text."""

MOSTLY = 0.5
"""Share of CJK letters from which a text is Chinese whatever else it holds."""

CJK_CHARACTER = re.compile(f"[{CJK}]")
LETTER = re.compile(r"[^\W\d_]")
CJK_LETTER = re.compile(rf"(?![\W\d_])[{CJK}]")
"""Radicals such as U+2E80 are no letters, though they are CJK characters."""

CHINESE_FUNCTION = re.compile("[的是谁什么哪吗了在由和为几何怎与及被从对于有]")
ENGLISH_FUNCTION = re.compile(
    r"\b(?:a|an|the|is|are|was|were|who|what|which|where|when|why|how|does|do|did|of|in|by|for|and|to|tell|me|about)\b",
    re.IGNORECASE,
)


def is_cjk(character: str) -> bool:
    """Say whether a character belongs to a script that is written without spaces between words."""
    return CJK_CHARACTER.match(character) is not None


def cjk_share(text: str) -> float:
    """Return the share of CJK letters among the letters of a text, in [0, 1]; 0 where there is no letter."""
    letters = len(LETTER.findall(text))
    return len(CJK_LETTER.findall(text)) / letters if letters else 0.0


def language(text: str) -> Language:
    """Return "zh" or "en" from the first 4,000 characters.

    A short mixed text is written in the language of its function words: "Tern-3 由谁生产" is Chinese,
    "Who is 林晓燕?" is English.
    """
    head = text[:SAMPLE]
    share = cjk_share(head)
    if share == 0.0 or share >= MOSTLY:
        return "zh" if share else "en"
    chinese, english = len(CHINESE_FUNCTION.findall(head)), len(ENGLISH_FUNCTION.findall(head))
    return "zh" if chinese > english or (chinese == english and share >= MOSTLY / 2) else "en"
