"""Spell out the signs that tell one thing from another."""

import re

SIGNS = {
    "$": " dollar ",
    "€": " euro ",
    "£": " pound ",
    "¥": " yuan ",
    "%": " percent ",
    "°": " degree ",
    "#": " sharp ",
    "+": " plus ",
    "<": " less ",
    ">": " more ",
}

MINUS = re.compile(r"(?<![\w-])-(?=[0-9])")


def spelt(text: str) -> str:
    """Write signs of currency, comparison and the like as words: C++ and C# are two languages."""
    text = MINUS.sub(" minus ", text)
    return "".join(SIGNS.get(character, character) for character in text)
