"""What the stand-in takes as a query, and how it answers one."""

from collections.abc import Mapping
from typing import Any

from tests.fakes.azure_search.definition import VECTOR, Json, known
from tests.fakes.azure_search.documents import Documents
from tests.fakes.azure_search.odata import Filter
from tests.fakes.azure_search.ranking import Words, nearest
from tests.fakes.azure_search.refusal import Refusal

MOST_ROWS, FURTHEST = 1000, 100_000
QUERY = {
    "search", "count", "filter", "orderby", "queryType", "searchFields", "searchMode", "select", "top", "skip",
    "vectorQueries", "vectorFilterMode", "semanticConfiguration", "semanticErrorHandling",
}  # fmt: skip
VECTOR_QUERY = {"kind", "vector", "k", "fields", "exhaustive", "weight"}
FUSION = 60
"""The constant of the service's reciprocal rank fusion."""


def answered(documents: Documents, shown: Mapping[str, Json], body: Json) -> Json:
    """Return the answer to a query over the documents that are shown. Raises Refusal for anything not allowed."""
    known(body, QUERY, "search request")
    fields = documents.fields
    top, skip = body.get("top", 50), body.get("skip", 0)
    if not 0 <= top <= MOST_ROWS or not 0 <= skip <= FURTHEST:
        raise Refusal(400, "top is at most 1,000 and skip at most 100,000")
    test = Filter(body["filter"], fields).test() if body.get("filter") else lambda document: True
    kept = {key: document for key, document in shown.items() if test(document)}
    scores = scored(documents, shown, kept, body)
    if body.get("queryType", "simple") == "semantic":
        scores = reranked(documents, kept, scores, body)
    order = sorted(scores, key=lambda key: (-scores[key], place_of(key)))
    order = sorted_by(documents, kept, order, body.get("orderby"))
    names = selected(documents, body.get("select"))
    rows = [
        {"@search.score": scores[key], **ranker_score(body, scores[key]), **{name: kept[key][name] for name in names}}
        for key in order[skip : skip + top]
    ]
    return {**({"@odata.count": len(order)} if body.get("count") else {}), "value": rows}


def place_of(key: str) -> str:
    """Order documents of one score by nothing that a caller could mean: the service promises no order."""
    return key[::-1]


def scored(documents: Documents, shown: Mapping[str, Json], kept: Mapping[str, Json], body: Json) -> dict[str, float]:
    """Return the scores of what words, vectors or both find among what the filter keeps."""
    lists = [vector_scores(documents, kept, query) for query in body.get("vectorQueries", [])]
    text = body.get("search")
    if text not in (None, "") or not lists:
        lists.append(word_scores(documents, shown, kept, text or "*", body))
    if len(lists) == 1:
        return lists[0]
    fused: dict[str, float] = {}
    for found in lists:
        for rank, key in enumerate(sorted(found, key=lambda key: -found[key])):
            fused[key] = fused.get(key, 0.0) + 1 / (FUSION + rank + 1)
    return fused


def vector_scores(documents: Documents, kept: Mapping[str, Json], query: Json) -> dict[str, float]:
    """Return the scores of one vector query, which looks among what the filter keeps."""
    known(query, VECTOR_QUERY, "vector query")
    field = documents.fields.get(query.get("fields", ""))
    if field is None or field["type"] != VECTOR or query.get("kind") != "vector":
        raise Refusal(400, f"{query.get('fields')!r} is no vector field")
    if len(query["vector"]) != field["dimensions"]:
        raise Refusal(400, f"the field takes {field['dimensions']} numbers, the query has {len(query['vector'])}")
    return nearest(kept, query)


def word_scores(
    documents: Documents, shown: Mapping[str, Json], kept: Mapping[str, Json], text: str, body: Json
) -> dict[str, float]:
    """Return the scores of what words find; a query for everything gives everything the score 1."""
    if text == "*":
        return dict.fromkeys(kept, 1.0)
    fields, searchable = documents.fields, [name for name, field in documents.fields.items() if field.get("analyzer")]
    searched = body["searchFields"].split(",") if body.get("searchFields") else searchable
    for name in searched:
        if name not in searchable:
            raise Refusal(400, f"the field {name!r} is not there or cannot be searched")
    if body.get("queryType", "simple") == "full":
        raise Refusal(400, "the stand-in does not read the full Lucene syntax")
    found = Words(shown, fields, searched).scores(text, body.get("searchMode", "any"))
    return {key: score for key, score in found.items() if key in kept}


def reranked(documents: Documents, kept: Mapping[str, Json], scores: dict[str, float], body: Json) -> dict[str, float]:
    """Return the best 50 with scores from 0 to 4, as the semantic ranker gives them: here by the words they share."""
    semantic = documents.definition.get("semantic") or {}
    name = body.get("semanticConfiguration") or semantic.get("defaultConfiguration")
    found = [each for each in semantic.get("configurations", []) if each["name"] == name]
    if not found:
        raise Refusal(400, f"there is no semantic configuration {name!r}")
    if body.get("orderby") or body.get("search") in (None, "", "*"):
        raise Refusal(400, "the semantic ranker needs a text and no other order")
    if body.get("semanticErrorHandling", "partial") not in ("partial", "fail"):
        raise Refusal(400, "semanticErrorHandling is partial or fail")
    contents = [each["fieldName"] for each in found[0]["prioritizedFields"]["prioritizedContentFields"]]
    asked = set(str(body["search"]).casefold().split())

    def share(key: str) -> float:
        text = " ".join(str(kept[key][name] or "") for name in contents).casefold()
        return 4 * sum(word in text for word in asked) / len(asked)

    return {key: share(key) for key in sorted(scores, key=lambda key: -scores[key])[:50]}


def ranker_score(body: Json, score: float) -> Json:
    """Return the field that a semantic query adds to a row."""
    return {"@search.rerankerScore": score} if body.get("queryType") == "semantic" else {}


def sorted_by(documents: Documents, kept: Mapping[str, Json], order: list[str], by: str | None) -> list[str]:
    """Return keys in the order asked for, or as they are."""
    for part in reversed(by.split(",") if by else []):
        name, _, direction = part.strip().partition(" ")
        if not documents.fields.get(name, {}).get("sortable") or direction not in ("", "asc", "desc"):
            raise Refusal(400, f"cannot order by {part!r}")
        order = sorted(order, key=lambda key: _value(kept[key], name), reverse=direction == "desc")
    return order


def _value(document: Json, name: str) -> Any:
    return document[name]


def selected(documents: Documents, select: str | None) -> list[str]:
    """Return the fields to show: those asked for, or every retrievable one."""
    retrievable = [name for name, field in documents.fields.items() if field.get("retrievable", True)]
    if not select:
        return retrievable
    for name in select.split(","):
        if name not in retrievable:
            raise Refusal(400, f"the field {name!r} is not there or not retrievable")
    return select.split(",")
