"""The one spelling under which all spellings of a name are found."""

import re
import unicodedata
from functools import lru_cache

from shared.text.scripts import CJK

LONGEST = 300
"""Characters of a name that count; no name is longer."""

PARENTHESISED = re.compile(r"[(\[][^()\[\]]*[)\]]")
POSSESSIVE = re.compile(r"['’]s?\s*\Z")
APOSTROPHE = re.compile(r"['’‘`´]")
BREAK = re.compile(r"(?:[^\w+#]|_)+")
INITIALS = re.compile(r"\b([^\W\d_]) (?=[^\W\d_]\b)")
ARTICLE = re.compile(r"\A(?:the )+(?=\S)")
BESIDE_CJK = re.compile(f"(?<=[{CJK}]) | (?=[{CJK}])")
SUFFIX = re.compile(
    r"(?<=\w) (?:inc|incorporated|ltd|limited|llc|llp|plc|gmbh|ag|corp|corporation|co|company|srl|bv|nv|oy|pty|kg)\Z"
    r"|(?<=\w\w)(?:股份有限公司|有限责任公司|有限公司|控股集团|集团公司|集团|公司)\Z"
)


@lru_cache(maxsize=65536)
def entity_key(name: str) -> str:
    """Fold a name to the key it is found by; the key of a key is that key, and a name without a letter has none ("").

    Case, width and composed accents are folded; punctuation, a parenthesised part, a leading "the", a possessive and
    corporate suffixes (Inc, Ltd, 有限公司, 集团, ...) are dropped unless nothing would remain; initials are joined
    (J. K. -> jk), and there is no space beside a CJK character.
    """
    if name.isascii() and name.isalnum():  # most words: nothing but case can differ
        return name[:LONGEST].lower()
    key = folded(name[:LONGEST])
    while (shorter := shortened(key)) != key:
        key = shorter
    return key


def folded(name: str) -> str:
    """Fold case and width, and turn punctuation into single spaces or nothing."""
    text = normal(name)
    bare = PARENTHESISED.sub(" ", text)
    text = POSSESSIVE.sub("", bare if any(map(str.isalnum, bare)) else text)
    key = BREAK.sub(" ", APOSTROPHE.sub("", text)).strip()
    return key if any(map(str.isalnum, key)) else ""


def shortened(key: str) -> str:
    """Take one layer off a folded key."""
    key = ARTICLE.sub("", INITIALS.sub(r"\1", BESIDE_CJK.sub("", key)))
    return normal(SUFFIX.sub("", key))


def normal(text: str) -> str:
    """Fold compatibility forms and case until folding again changes nothing (Unicode 3.13, NFKC_Casefold)."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
