"""Joins the lines of a paragraph that were broken to fit a page."""

import re
from collections.abc import Iterable

CJK = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
"""Ranges of a character class: Chinese and Japanese characters and their full-width punctuation."""

STARTS_WITH_CJK = re.compile(f"[{CJK}]")
# A break beside a Chinese character stands for no space where the other side is Chinese too, a digit or a mark.
WITHOUT_SPACE = re.compile(rf"[{CJK}][\d{CJK}“”‘’…—·]|[\d“”‘’…—·][{CJK}]")
BROKEN_WORD = re.compile(r"[^\W\d_]{2}-$")
REST_OF_WORD = re.compile(r"^[a-z\u00df-\u00ff]{2}")


def join_lines(lines: Iterable[str]) -> str:
    """Make one line of many: Chinese without a space, a word broken by a hyphen whole again."""
    text = ""
    for line in lines:
        text = join_pair(text, line.strip())
    return text


def join_pair(text: str, line: str) -> str:
    """Put a line behind a text."""
    if not text or not line:
        return text + line
    if WITHOUT_SPACE.fullmatch(text[-1] + line[0]):
        return text + line
    if text[-1] == "-" and BROKEN_WORD.search(text[-3:]) and REST_OF_WORD.search(line):
        return text[:-1] + line
    return f"{text} {line}"


def one_line(text: str) -> str:
    """Fold all white space, line breaks too: between Chinese characters away, elsewhere into one space."""
    return join_lines(" ".join(line.split()) for line in text.splitlines())
