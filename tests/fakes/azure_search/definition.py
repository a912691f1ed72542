"""What the service takes as the definition of an index, and as a change to one."""

import re
from collections.abc import Mapping
from typing import Any

from tests.fakes.azure_search.refusal import Refusal

Json = dict[str, Any]

INDEX = {"name", "fields", "vectorSearch", "semantic", "scoringProfiles", "description", "similarity", "@odata.etag"}
FIELD = {
    "name", "type", "key", "searchable", "filterable", "sortable", "facetable", "retrievable", "stored", "analyzer",
    "dimensions", "vectorSearchProfile", "synonymMaps",
}  # fmt: skip
TYPES = {"Edm.String", "Edm.Int32", "Edm.Int64", "Edm.Double", "Edm.Boolean", "Edm.DateTimeOffset"}
TEXTS = ("Edm.String", "Collection(Edm.String)")
VECTOR = "Collection(Edm.Single)"
ANALYZERS = {"en.microsoft", "zh-Hans.microsoft", "en.lucene", "zh-Hans.lucene", "standard.lucene"}
NAME = re.compile(r"(?!azureSearch)[A-Za-z]\w{0,127}")
INDEX_NAME = re.compile(r"(?!.*--)[a-z0-9][a-z0-9-]{0,126}[a-z0-9]")
ATTRIBUTES = ("key", "searchable", "filterable", "sortable", "facetable")


def checked(definition: Json) -> Json:
    """Return a definition with the values that the service adds. Raises Refusal for one it would not take."""
    known(definition, INDEX, "index")
    name, fields = definition.get("name", ""), definition.get("fields", [])
    if not INDEX_NAME.fullmatch(name):
        raise Refusal(400, f"{name!r} cannot name an index")
    if len({field.get("name") for field in fields}) != len(fields):
        raise Refusal(400, "two fields have one name")
    profiles = checked_vector_search(definition.get("vectorSearch") or {})
    for field in fields:
        checked_field(field, profiles)
    if [field["type"] for field in fields if field.get("key")] != ["Edm.String"]:
        raise Refusal(400, "an index has exactly one key, and it is a string")
    semantic = definition.get("semantic") or {}
    for configuration in semantic.get("configurations", []):
        checked_semantic(configuration, {field["name"]: field for field in fields})
    ranked = [{**each, "rankingOrder": "BoostedRerankerScore"} for each in semantic.get("configurations", [])]
    added = {"semantic": {**semantic, "configurations": ranked}} if semantic else {}
    return {**definition, **added, "fields": [{"synonymMaps": [], **field} for field in fields], "similarity": None}


def known(value: Mapping[str, Any], names: set[str], what: str) -> None:
    """Refuse a property that does not exist."""
    for name in value.keys() - names:
        raise Refusal(400, f"The property '{name}' does not exist on the {what}")


def checked_field(field: Json, profiles: set[str]) -> None:
    """Refuse a field that cannot be what it says."""
    known(field, FIELD, "field")
    name, kind = field.get("name", ""), field.get("type")
    if not NAME.fullmatch(name):
        raise Refusal(400, f"{name!r} cannot name a field")
    if kind == VECTOR:
        if not 2 <= (field.get("dimensions") or 0) <= 4096 or field.get("vectorSearchProfile") not in profiles:
            raise Refusal(400, f"the vector field {name!r} needs 2 to 4096 dimensions and a profile that exists")
        if any(field.get(each) for each in ATTRIBUTES if each != "searchable"):
            raise Refusal(400, f"the vector field {name!r} can be neither key nor filtered, sorted or faceted")
    elif kind not in TYPES and kind != "Collection(Edm.String)":
        raise Refusal(400, f"{kind!r} is no type")
    elif field.get("searchable") and kind not in TEXTS:
        raise Refusal(400, f"the field {name!r} is no text and cannot be searched")
    elif field.get("sortable") and str(kind).startswith("Collection"):
        raise Refusal(400, f"the field {name!r} is a collection and cannot be sorted by")
    analyzer = field.get("analyzer")
    if analyzer is not None and (analyzer not in ANALYZERS or not field.get("searchable")):
        raise Refusal(400, f"the field {name!r} cannot be analyzed by {analyzer!r}")


def checked_vector_search(search: Json) -> set[str]:
    """Return the names of the profiles; refuse one that speaks of what is not there."""
    known(search, {"algorithms", "compressions", "profiles", "vectorizers"}, "vector search")
    algorithms = {each["name"] for each in search.get("algorithms", []) if each.get("kind") == "hnsw"}
    compressions = {each["name"] for each in search.get("compressions", [])}
    for each in search.get("compressions", []):
        if each.get("kind") == "scalarQuantization" and each["scalarQuantizationParameters"] != {
            "quantizedDataType": "int8"
        }:
            raise Refusal(400, "scalar quantization knows int8 alone")
    for each in search.get("profiles", []):
        if each["algorithm"] not in algorithms or each.get("compression") not in {None, *compressions}:
            raise Refusal(400, f"the profile {each['name']!r} names what is not there")
    return {each["name"] for each in search.get("profiles", [])}


def checked_semantic(configuration: Json, fields: Mapping[str, Json]) -> None:
    """Refuse a semantic configuration over fields that are not there, or not texts that are searched."""
    prioritized = configuration["prioritizedFields"]
    known(prioritized, {"titleField", "prioritizedContentFields", "prioritizedKeywordsFields"}, "semantic fields")
    several = [*prioritized.get("prioritizedContentFields", []), *prioritized.get("prioritizedKeywordsFields", [])]
    for each in [*([prioritized["titleField"]] if "titleField" in prioritized else []), *several]:
        field = fields.get(each["fieldName"])
        if field is None or not field.get("searchable") or field["type"] not in TEXTS:
            raise Refusal(400, f"the semantic field {each['fieldName']!r} is not a searchable text")


def changed(found: Json, wanted: Json) -> Json:
    """Return an index after a change. Raises Refusal for one that would need a rebuild."""
    new = {field["name"]: field for field in wanted["fields"]}
    for field in found["fields"]:
        if field["name"] not in new:
            raise Refusal(400, f"the existing field '{field['name']}' cannot be deleted")
        other = new[field["name"]]
        for name in FIELD - {"retrievable", "synonymMaps"}:
            if (field.get(name) or None) != (other.get(name) or None):
                raise Refusal(400, f"the existing field '{field['name']}' cannot be changed: {name}")
    vectors = found.get("vectorSearch") or {}
    for part in ("algorithms", "compressions", "profiles"):
        kept = (wanted.get("vectorSearch") or {}).get(part, [])
        if any(each not in kept for each in vectors.get(part, [])):
            raise Refusal(400, f"existing {part} cannot be changed while a field uses them")
    return wanted
