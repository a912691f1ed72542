"""The queries of the chunk index; each one carries the filter of its base."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import log1p
from typing import Any

from infra.azure.search import filters
from infra.azure.search.connection import Connection
from infra.azure.search.rows import SHOWN, chunk_of
from infra.azure.search.schema import EMBEDDING, SEARCHED
from shared.domain.access import Scope
from shared.domain.answers import HeldTerm, ScoredChunk
from shared.domain.documents import Chunk
from shared.domain.vectors import Vectors
from shared.text.terms import QUESTION_WORDS, index_terms, query_terms

PAGE = 1000
"""Rows of one answer, the most that the service gives."""

MOST_NAMED = 500
"""Chunks that one query asks for by their ids."""

POOL = 100
"""Readable chunks that the rarity of a question's terms is counted over: those that words find best."""

MOST_WORDS = 160
"""Words of a question that are searched for: times six fields below the 1,024 clauses that a query may have."""

OPERATORS = re.compile(r"[^\w'.,%$€£¥°]+|_")
"""What is no part of a word or a number; among it every character that a query language gives a meaning."""


async def by_words(connection: Connection, scope: Scope, question: str, limit: int) -> list[ScoredChunk]:
    """Return readable chunks by the service's BM25, best first."""
    rows = await found_by_words(connection, scope, question, ["id"], limit)
    return best_first([ScoredChunk(row["id"], row["@search.score"]) for row in rows])


async def found_by_words(
    connection: Connection, scope: Scope, question: str, select: Sequence[str], limit: int
) -> list[dict[str, Any]]:
    """Return the rows of the readable chunks that hold any of a question's words, best first."""
    words = plain_words(question)
    if not words:
        return []
    where = {"filter": filters.readable(scope), "select": ",".join(select), "top": min(limit, PAGE)}
    return await connection.search({**holding(words, "any"), **where})


def holding(words: str, mode: str) -> dict[str, str]:
    """Return the part of a query that looks for plain words, `any` or `all` of them."""
    return {"search": words, "searchFields": ",".join(SEARCHED), "queryType": "simple", "searchMode": mode}


def plain_words(question: str) -> str:
    """Return the words of a question without anything that could be read as an operator.

    Words that say nothing are left out, unless there is no other.
    """
    text = question.encode("utf-8", "ignore").decode()
    words = [word for word in OPERATORS.sub(" ", text).split() if any(map(str.isalnum, word))]
    telling = [word for word in words if word.casefold() not in QUESTION_WORDS]
    return " ".join((telling or words)[:MOST_WORDS])


async def by_meaning(connection: Connection, scope: Scope, vector: Vectors, limit: int) -> list[ScoredChunk]:
    """Return readable chunks by cosine; the filter comes first, so that no hidden chunk takes a neighbour's place."""
    count = min(limit, PAGE)
    query = {"kind": "vector", "vector": vector.reshape(-1).tolist(), "k": count, "fields": EMBEDDING}
    rows = await connection.search(
        {
            "vectorQueries": [query],
            "vectorFilterMode": "preFilter",
            "filter": filters.readable(scope),
            "select": "id",
            "top": count,
        }
    )
    return best_first([ScoredChunk(row["id"], cosine(row["@search.score"])) for row in rows])


def cosine(score: float) -> float:
    """Return the cosine behind the score of a vector query, which is 1 / (2 - cosine)."""
    return 2.0 - 1.0 / score


def best_first(scored: list[ScoredChunk]) -> list[ScoredChunk]:
    """Order by score, equal ones by id: the service promises no order among them."""
    return sorted(scored, key=lambda each: (-each.score, each.chunk_id))


async def named(connection: Connection, scope: Scope, chunk_ids: Sequence[str]) -> dict[str, tuple[Chunk, str]]:
    """Return by id those of the chunks that are there and readable, each with its document's name."""
    found: dict[str, tuple[Chunk, str]] = {}
    for start in range(0, len(chunk_ids), MOST_NAMED):
        part = chunk_ids[start : start + MOST_NAMED]
        where = filters.readable(scope, part)
        rows = await connection.search({"filter": where, "select": ",".join(SHOWN), "top": len(part)})
        found |= {row["id"]: (chunk_of(row), row["document_name"]) for row in rows}
    return found


async def pool(connection: Connection, scope: Scope, question: str) -> list[Chunk]:
    """Return the readable chunks that words find best."""
    return [chunk_of(row) for row in await found_by_words(connection, scope, question, SHOWN, POOL)]


def held(question: str, among: Sequence[Chunk], asked: Sequence[str]) -> list[HeldTerm]:
    """Return each term of a question with its BM25 idf over the chunks, and those of the asked that hold it."""
    terms = {chunk.id: frozenset(index_terms(chunk.headed_text)) for chunk in among}
    found = []
    for term in dict.fromkeys(query_terms(question)):
        holders = {id for id, all_terms in terms.items() if term in all_terms}
        rarity = log1p((len(terms) - len(holders) + 0.5) / (len(holders) + 0.5))
        found.append(HeldTerm(rarity, frozenset(holders.intersection(asked))))
    return found


async def every(
    connection: Connection, where: str, select: Sequence[str], words: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Return every row that a filter keeps, page by page in the order of their numbers; `words` say what it holds."""
    rows: dict[str, dict[str, Any]] = {}
    fields = ",".join(sorted({"id", "number", *select}))
    query = {"select": fields, "orderby": "number", "top": PAGE, **(words or {})}
    condition = where
    while page := await connection.search({"filter": condition, **query}):
        rows |= {row["id"]: row for row in page}
        if len(page) < PAGE:
            break
        # Two keys may share a number, so that the last one is asked for again; a whole page of one is out of reach.
        condition = f"{where} and number ge {page[-1]['number']}"
    return list(rows.values())
