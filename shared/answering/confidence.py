"""Put a number on how far an answer is carried by what it cites."""

from collections.abc import Sequence

from shared.answering.citations import cited_sentences
from shared.answering.grounding import CARRIED, meaning, share_held
from shared.domain.answers import Hit


def confidence(text: str, hits: Sequence[Hit]) -> float:
    """Return carried sentences / all sentences of a checked answer, in [0, 1]; 0 where there is none.

    A sentence is carried when the passages it cites hold at least 60 % of its terms, titles and headings included. One
    without a citation is not carried, and one without a word (a rule, a bullet) is not counted.
    """
    said = [each for each in cited_sentences(text, len(hits)) if meaning(each.text)]
    carried = 0
    for sentence in said:
        read = [meaning(hits[number - 1].chunk.headed_text) for number in sentence.numbers]
        carried += share_held(sentence.text, frozenset[str]().union(*read)) >= CARRIED
    return carried / len(said) if said else 0.0
