"""Count how much of what answers the questions stands among the first hits."""

import math
import unicodedata
from collections.abc import Sequence
from statistics import mean, stdev
from typing import NamedTuple

from infra.local.command_line.labelled import Gold, LabelledSet
from shared.domain.answers import Hit

DEPTHS = (1, 2, 5, 10)


class Found(NamedTuple):
    """One place of a ranking: a document, or a chunk with its folded text."""

    document: str
    text: str


def places(hits: Sequence[Hit], by_chunk: bool) -> list[Found]:
    """Return the places of a ranking: every chunk is one, or every document is one at its best chunk."""
    found = [Found(hit.document_name, folded(hit.chunk.headed_text) if by_chunk else "") for hit in hits]
    return list(dict.fromkeys(found))


def share(gold: Sequence[Gold], found: Sequence[Found]) -> float:
    """Return the share of the gold that is found, in [0, 1]."""
    return mean(any(each.document == of.document and folded(of.quote) in each.text for each in found) for of in gold)


def recalls(found: Sequence[Sequence[Found]], labelled: LabelledSet) -> dict[str, object]:
    """Return percentages: gold among the first k, averaged over questions; questions with all of theirs among five.

    Beside recall@5 stands its standard error, and where questions have kinds, recall@5 and its error for each kind.
    """
    pairs = [(each, ranked) for ranked, each in zip(found, labelled.questions, strict=True) if each.gold]
    line: dict[str, object] = {
        f"recall@{k}": percentage([share(each.gold, ranked[:k]) for each, ranked in pairs]) for k in DEPTHS
    }
    line["recall@5_error"] = standard_error([share(each.gold, ranked[:5]) for each, ranked in pairs])
    line["all_gold@5"] = percentage([float(share(each.gold, ranked[:5]) == 1) for each, ranked in pairs])
    kinds = sorted({each.kind for each, _ in pairs if each.kind})
    if kinds:
        of = {kind: [share(each.gold, ranked[:5]) for each, ranked in pairs if each.kind == kind] for kind in kinds}
        line["recall@5_of"] = {kind: percentage(shares) for kind, shares in of.items()}
        line["recall@5_error_of"] = {kind: standard_error(shares) for kind, shares in of.items()}
    return line


def percentage(shares: Sequence[float]) -> float:
    """Return the mean as a percentage; of nothing 0."""
    return round(100 * mean(shares), 2) if shares else 0.0


def standard_error(shares: Sequence[float]) -> float:
    """Return the standard error of the mean in points; of a single share nothing is known, which counts as 0."""
    return round(100 * stdev(shares) / math.sqrt(len(shares)), 2) if len(shares) > 1 else 0.0


def folded(text: str) -> str:
    """Return a text without what two spellings of one answer may differ in: case, width, spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
