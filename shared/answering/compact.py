"""Leave out of a passage what a reader has read already, and what says nothing."""

import re

from shared.answering.statements import CELL
from shared.text.sentences import sentences
from shared.text.tokens import count_tokens

SHORTEST = 5
"""Tokens of a sentence that is left out where it stands a second time; "Yes." says something else each time."""

BOILERPLATE = re.compile(
    r"""(?:page|p\.)\s*\d+(?:\s*(?:of|/)\s*\d+)?
      |第\s*\d+\s*页(?:\s*[,，/]?\s*共\s*\d+\s*页)?
      |[-–—=_*~·.\s]{3,}
      |(?:(?:copyright|©|\(c\))[\s,]*)+\d{4}.{0,80}
      |(?:©|版权所有).{0,40}
      |.{0,40}\ball\ rights\ reserved\W*
      |(?:back\ to\ top|table\ of\ contents|this\ page\ intentionally\ left\ blank|返回顶部|此页故意留空)\W*""",
    re.VERBOSE | re.IGNORECASE,
)
"""Lines that layouts and lawyers put on every page."""

ASKED_FOR = re.compile(r"copyright|rights|page|版权|页", re.IGNORECASE)
"""What a question says that is after such a line."""


def compact(question: str, title: str, text: str, read: set[tuple[str, str]]) -> str:
    """Return a passage's text without boilerplate and without sentences that were read under the same title.

    `read` holds titles with sentences, and takes in those of this passage. Under another title the same sentence may
    be about another thing, and stays, as do rows of tables. Where nothing is left the text is empty.
    """
    is_wanted = ASKED_FOR.search(question) is not None
    kept: list[str] = []
    begun = 0
    for span in sentences(text):
        sentence = span.of(text)
        key = title, " ".join(sentence.casefold().split())
        is_known = key in read and CELL not in sentence and count_tokens(sentence) >= SHORTEST
        is_empty = not is_wanted and BOILERPLATE.fullmatch(sentence.strip()) is not None
        if not is_known and not is_empty:
            kept.append(text[begun : span.end])
        begun = span.end
        read.add(key)
    return "".join(kept).strip()
