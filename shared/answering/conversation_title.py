"""Name a conversation after its first question."""

import unicodedata

WIDEST = 60
"""Columns of a title; a Chinese character takes two."""


def conversation_title(question: str) -> str:
    """Return the question in one line, cut at the end of a word where it is too wide."""
    line = " ".join("".join(each if each.isprintable() else " " for each in question).split())
    if width(line) <= WIDEST:
        return line
    kept = ""
    for character in line:
        if width(kept) + width(character) >= WIDEST:
            break
        kept += character
    whole, blank, _ = kept.rpartition(" ")
    # A long word at the end is cut rather than most of the title given up.
    shown = whole if blank and width(whole) * 2 >= WIDEST else kept
    return shown.rstrip(" ,;:，；：、") + "…"


def width(text: str) -> int:
    """Count the columns that a text takes."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
