"""Takes out of a text what no reader sees: control characters, direction marks, half characters."""

import re

BREAKS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
SURROGATES = re.compile(r"[\ud800-\udfff]")
# Zero-width joiners stay: Indic scripts, Persian and emoji need them. Direction marks go: they hide in words that
# are searched for, and can make a citation look unlike its source.
UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e"
    r"\u2060\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
DOUBTFUL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufff9-\uffff]"
)
"""All of the above and harmless neighbours: most texts hold none, and one look tells."""

HIGH_PAIRS = re.compile(r"[\ud800-\udbff][\udc00-\udfff]")


def clean(text: str) -> str:
    """Return the text with line feeds only, without unseen characters; a lone surrogate becomes U+FFFD."""
    if not DOUBTFUL.search(text):
        return text
    if SURROGATES.search(text):
        text = HIGH_PAIRS.sub(_joined, text)
        text = SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)
    return UNSEEN.sub("", BREAKS.sub("\n", text))


def _joined(pair: re.Match[str]) -> str:
    return pair.group().encode("utf-16-le", "surrogatepass").decode("utf-16-le")
