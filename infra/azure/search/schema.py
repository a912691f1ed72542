"""The index as code: what it must look like, and how one that is there is brought up to it or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared.domain.errors import BadSetting

if TYPE_CHECKING:
    from azure.search.documents.indexes.models import SearchField, SearchIndex, SemanticSearch, VectorSearch

ANALYZERS = {"en": "en.microsoft", "zh": "zh-Hans.microsoft"}
"""The analyzer of each language's fields; the Microsoft ones find words in Chinese and base forms in English."""

SEARCHED = [f"{part}_{language}" for part in ("title", "headings", "text") for language in ANALYZERS]
"""The fields that words are searched in."""

EMBEDDING = "embedding"
ALGORITHM, COMPRESSION, PROFILE = "hnsw", "int8", "hnsw-int8"

LINKS, BUILDING, SEARCHING = 4, 400, 500
"""HNSW's m, efConstruction and efSearch: the service's defaults, written down so that a change of them is seen."""

OVERSAMPLING = 4.0
"""Candidates per hit that are scored anew with whole vectors, which makes up for 8-bit ones."""


def index_definition(name: str, dimensions: int) -> SearchIndex:
    """Return the whole index. Vectors have `dimensions` numbers."""
    from azure.search.documents.indexes.models import SearchIndex

    return SearchIndex(
        name=name, fields=fields(dimensions), vector_search=vector_search(), semantic_search=semantic_search()
    )


def fields(dimensions: int) -> list[SearchField]:
    """Return every field; what is neither searched nor filtered is only kept."""
    from azure.search.documents.indexes.models import SearchField, SimpleField
    from azure.search.documents.indexes.models import SearchFieldDataType as Type

    return [
        SimpleField(name="id", type=Type.STRING, key=True, filterable=True),
        *[SimpleField(name=name, type=Type.STRING, filterable=True) for name in ("kind", "tenant", "base", "document")],
        SimpleField(name="access", type="Collection(Edm.String)", filterable=True),
        SimpleField(name="number", type=Type.INT64, filterable=True, sortable=True),
        *[SimpleField(name=name, type=Type.STRING) for name in ("document_name", "fingerprint")],
        *[SimpleField(name=name, type=Type.INT64) for name in ("ordinal", "page", "start", "end")],
        *[searched_field(name) for name in SEARCHED],
        SearchField(
            name=EMBEDDING,
            type="Collection(Edm.Single)",
            searchable=True,
            hidden=True,
            # Without a stored copy the service forgets the vector as soon as any other field is merged.
            stored=True,
            vector_search_dimensions=dimensions,
            vector_search_profile_name=PROFILE,
        ),
    ]


def searched_field(name: str) -> SearchField:
    """Return a field for words in the language that its name ends in; headings are several."""
    from azure.search.documents.indexes.models import SearchableField

    part, _, language = name.partition("_")
    return SearchableField(name=name, collection=part == "headings", analyzer_name=ANALYZERS[language])


def vector_search() -> VectorSearch:
    """Return HNSW over 8-bit numbers, with the whole vectors kept to score the best candidates again."""
    from azure.search.documents.indexes import models

    return models.VectorSearch(
        algorithms=[
            models.HnswAlgorithmConfiguration(
                name=ALGORITHM,
                parameters=models.HnswParameters(
                    m=LINKS, ef_construction=BUILDING, ef_search=SEARCHING, metric="cosine"
                ),
            )
        ],
        compressions=[
            models.ScalarQuantizationCompression(
                compression_name=COMPRESSION,
                parameters=models.ScalarQuantizationParameters(quantized_data_type="int8"),
                rescoring_options=models.RescoringOptions(
                    enable_rescoring=True,
                    default_oversampling=OVERSAMPLING,
                    rescore_storage_method="preserveOriginals",
                ),
            )
        ],
        profiles=[
            models.VectorSearchProfile(
                name=PROFILE, algorithm_configuration_name=ALGORITHM, compression_name=COMPRESSION
            )
        ],
    )


def semantic_search() -> SemanticSearch:
    """Return one configuration per language, named by it."""
    from azure.search.documents.indexes import models

    return models.SemanticSearch(
        default_configuration_name="en",
        configurations=[
            models.SemanticConfiguration(
                name=language,
                prioritized_fields=models.SemanticPrioritizedFields(
                    title_field=models.SemanticField(field_name=f"title_{language}"),
                    content_fields=[models.SemanticField(field_name=f"text_{language}")],
                    keywords_fields=[models.SemanticField(field_name=f"headings_{language}")],
                ),
            )
            for language in ANALYZERS
        ],
    )


def migrated(found: SearchIndex, wanted: SearchIndex) -> SearchIndex | None:
    """Return the index that is there with what it lacks added, or None where it lacks nothing.

    Fields and semantic configurations can be added while the index serves. Raises BadSetting where a field is there
    in another shape, which the service cannot change either.
    """
    present = {field.name: field for field in found.fields}
    missing = [field for field in wanted.fields if field.name not in present]
    for field in wanted.fields:
        if field.name in present:
            check_same(found.name, present[field.name], field)
    if not missing and covers(as_json(found).get("semantic"), as_json(wanted)["semantic"]):
        return None
    found.fields = [*found.fields, *missing]
    found.semantic_search = wanted.semantic_search
    return found


def check_same(index: str, found: SearchField, wanted: SearchField) -> None:
    """Raise BadSetting, with the remedy, where a field differs in anything that this code relies on."""
    if wanted.name == EMBEDDING and found.vector_search_dimensions != wanted.vector_search_dimensions:
        raise BadSetting(
            f"the search index {index!r} holds vectors of {found.vector_search_dimensions} numbers, and the embedder "
            f"makes {wanted.vector_search_dimensions}: go back to the embedder it was filled with, or name a new "
            "index and ingest the documents again",
            index=index,
            found=found.vector_search_dimensions,
            wanted=wanted.vector_search_dimensions,
        )
    kept = as_json(found)
    different = sorted(name for name, value in as_json(wanted).items() if not covers(kept.get(name), value))
    if different:
        raise BadSetting(
            f"the field {wanted.name!r} of the search index {index!r} has another {', '.join(different)}, which cannot "
            "be changed: name a new index and ingest the documents again",
            index=index,
            field=wanted.name,
        )


def as_json(part: SearchIndex | SearchField) -> dict[str, Any]:
    """Return a part of a definition as it goes over the wire."""
    written: dict[str, Any] = part.as_dict()
    return written


def covers(found: object, wanted: object) -> bool:
    """Say whether a JSON value holds all of another; the service adds values of its own to what it was given."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return all(covers(found.get(name), value) for name, value in wanted.items())
    if isinstance(wanted, list) and isinstance(found, list):
        return len(found) == len(wanted) and all(map(covers, found, wanted))
    return found == wanted
