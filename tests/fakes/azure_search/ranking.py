"""How the stand-in ranks: BM25 summed over fields, with rarity over the whole index as in the service; and cosine."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log
from typing import Any

import numpy as np

from shared.text.scripts import CJK_CHARACTER
from shared.text.terms import index_terms

SATURATION, LENGTH_SHARE = 1.2, 0.75
MARKS = re.compile(r'[+|"()]')
Json = dict[str, Any]


def analyzed(analyzer: str, text: str) -> list[str]:
    """Return the terms of a text: base forms of English words, words as they are beside pairs of Chinese characters.

    The service's analyzers know more; what a test may rely on is what both make of plain words.
    """
    terms = index_terms(text)
    if analyzer.startswith("en"):
        return [term for term in terms if not CJK_CHARACTER.search(term)]
    pairs = [term for term in terms if CJK_CHARACTER.search(term) and len(term) > 1]
    return pairs + re.findall(r"[a-z0-9]+", text.casefold())


class Words:
    """The words of every document of an index at one moment, by field."""

    def __init__(self, documents: Mapping[str, Json], fields: Mapping[str, Json], searched: Sequence[str]) -> None:
        self._fields, self._searched = fields, searched
        self._counts = {
            key: {name: Counter(self._terms(name, document[name])) for name in searched if document[name]}
            for key, document in documents.items()
        }
        self._lengths = {
            name: [sum(counts[name].values()) for counts in self._counts.values() if name in counts]
            for name in searched
        }

    def _terms(self, name: str, value: str | list[str]) -> list[str]:
        return analyzed(self._fields[name]["analyzer"], " ".join([value] if isinstance(value, str) else value))

    def scores(self, query: str, mode: str) -> dict[str, float]:
        """Return the documents that match a query in the simple syntax: + - * | " ( ) mean what they mean there."""
        clauses = [self._clause(word) for word in MARKS.sub(" ", query).split()]
        clauses = [clause for clause in clauses if clause is not None]
        matched: dict[str, float] = {}
        for key in self._counts:
            found = [clause[key] for clause in clauses if key in clause]
            if found and ((mode == "any" and "+" not in query) or len(found) == len(clauses)):
                matched[key] = sum(found)
        return matched

    def _clause(self, word: str) -> dict[str, float] | None:
        if word == "*":
            return dict.fromkeys(self._counts, 1.0)
        if word.startswith("-"):
            hidden = self._clause(word[1:]) or {}
            return {key: 1.0 for key in self._counts if key not in hidden}
        scores: Counter[str] = Counter()
        known = False
        for name in self._searched:
            terms = self._terms(name, word.rstrip("*"))
            known = known or bool(terms)
            for term in terms:
                scores.update(self._scored(name, self._meant(name, term, word.endswith("*"))))
        return dict(scores) if known else None

    def _meant(self, name: str, term: str, is_prefix: bool) -> set[str]:
        if not is_prefix:
            return {term}
        return {each for counts in self._counts.values() for each in counts.get(name, ()) if each.startswith(term)}

    def _scored(self, name: str, terms: Iterable[str]) -> dict[str, float]:
        scores: Counter[str] = Counter()
        lengths = self._lengths[name]
        average = sum(lengths) / len(lengths) if lengths else 1.0
        for term in terms:
            holders = {key: counts[name][term] for key, counts in self._counts.items() if term in counts.get(name, ())}
            rarity = log(1 + (len(self._counts) - len(holders) + 0.5) / (len(holders) + 0.5))
            for key, count in holders.items():
                share = sum(self._counts[key][name].values()) / max(average, 1.0)
                norm = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * share)
                scores[key] += rarity * (SATURATION + 1) * count / (count + norm)  # type: ignore[assignment]
        return dict(scores)


def nearest(documents: Mapping[str, Json], query: Json) -> dict[str, float]:
    """Return the k documents nearest to a vector, with the service's score 1 / (1 + (1 - cosine))."""
    vector = np.array(query["vector"], np.float64)
    vector /= np.linalg.norm(vector) or 1.0
    scores: dict[str, float] = {}
    for key, document in documents.items():
        other = document[query["fields"]]
        if other is not None:
            other = other.astype(np.float64)
            cosine = float(vector @ other / (np.linalg.norm(other) or 1.0))
            scores[key] = 1 / (2 - cosine)
    best = sorted(scores, key=lambda key: -scores[key])[: query["k"]]
    return {key: scores[key] for key in best}
