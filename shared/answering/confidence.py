"""Put a number on how far an answer is carried by what it cites."""

from collections.abc import Sequence

from shared.answering.citations import CitedSentence, cited_sentences
from shared.answering.grounding import CARRIED, meaning, share_held
from shared.domain.answers import Hit


def confidence(text: str, hits: Sequence[Hit]) -> float:
    """Return carried sentences / all sentences of a checked answer, in [0, 1]; 0 where there is none.

    A sentence is carried when the passages it cites hold at least 60 % of its terms, titles and headings included. One
    without a citation is not carried, and one without a word (a rule, a bullet) is not counted.
    """
    said = telling(text, hits)
    return sum(is_carried(sentence, hits) for sentence in said) / len(said) if said else 0.0


def uncarried(text: str, hits: Sequence[Hit]) -> tuple[str, ...]:
    """Return the sentences of a checked answer that what they cite does not carry."""
    return tuple(sentence.text for sentence in telling(text, hits) if not is_carried(sentence, hits))


def telling(text: str, hits: Sequence[Hit]) -> list[CitedSentence]:
    """Return the sentences that hold a word."""
    return [each for each in cited_sentences(text, len(hits)) if meaning(each.text)]


def is_carried(sentence: CitedSentence, hits: Sequence[Hit]) -> bool:
    """Say whether the passages that a sentence cites hold enough of its terms."""
    read = [meaning(hits[number - 1].chunk.headed_text) for number in sentence.numbers]
    return share_held(sentence.text, frozenset[str]().union(*read)) >= CARRIED
