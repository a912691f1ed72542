"""Describes the API from the declarations of its functions."""

import re
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from functions.callers import Open
from functions.operation import OPERATIONS, PREFIX, Operation
from functions.product import product_version

REFERENCE = "#/components/schemas/{model}"


BEARER = "bearer"
SECURITY_SCHEMES = {BEARER: {"type": "http", "scheme": "bearer", "description": "Not asked for with SIGN_IN=off."}}


@cache
def description() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document."""
    references, definitions = schemas()
    paths: dict[str, dict[str, Any]] = {}
    for each in OPERATIONS:
        paths.setdefault("/" + PREFIX + each.path, {})[each.method.lower()] = described(each, references)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Knowledge RAG", "version": product_version()},
        "paths": paths,
        "components": {"schemas": definitions, "securitySchemes": SECURITY_SCHEMES},
    }


def schemas() -> tuple[dict[type[BaseModel], dict[str, Any]], dict[str, Any]]:
    """Return a reference for each model, and the schemas that the references point to."""
    models = {model for each in OPERATIONS for model in (each.body, each.answer, each.errors.answer) if model}
    ordered = sorted(models, key=lambda model: model.__name__)
    found, document = models_json_schema([(each, "validation") for each in ordered], ref_template=REFERENCE)
    return {model: found[(model, "validation")] for model in ordered}, document["$defs"]


def described(each: Operation, references: dict[type[BaseModel], dict[str, Any]]) -> dict[str, Any]:
    """Describe one operation."""
    content: dict[str, Any] = {each.media_type: {"schema": references[each.answer] if each.answer else {}}}
    content |= {each.also: {"schema": {}}} if each.also else {}
    success = {"description": "Success", **({} if each.status == 204 else {"content": content})}
    failure = {"description": "Error", "content": {"application/json": {"schema": references[each.errors.answer]}}}
    document: dict[str, Any] = {
        "operationId": each.name,
        "summary": each.summary,
        "tags": [each.path.split("/")[0]],
        "parameters": [*path_parameters(each), *query_parameters(each), *([IF_MATCH] if each.is_conditional else [])],
        "responses": {str(each.status): success, "default": failure},
        "security": [] if isinstance(each.needs, Open) else [{BEARER: []}],
    }
    if each.body:
        document["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": references[each.body]}},
        }
    if each.name in UPLOADS:
        document["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": UPLOADS[each.name]}}}
    return document


IF_MATCH: dict[str, Any] = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "ETags of the states that may be changed; without it, or with *, whichever there is.",
    "schema": {"type": "string"},
}
"""The header of a change that is made only where nobody else made one meanwhile."""

UPLOADS: dict[str, dict[str, Any]] = {
    "upload_document": {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary"}},
    },
    "upload_knowledge": {
        "type": "object",
        "required": ["kb_id", "files"],
        "properties": {
            "kb_id": {"type": "string"},
            "files": {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1},
        },
    },
}
"""Bodies that are streams of a file and therefore have no model."""


def path_parameters(each: Operation) -> list[dict[str, Any]]:
    """Describe the parameters in the route."""
    names = re.findall(r"\{(\w+)\}", each.path)
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def query_parameters(each: Operation) -> list[dict[str, Any]]:
    """Describe the parameters of the query string."""
    if not each.query:
        return []
    properties = each.query.model_json_schema()["properties"]
    return [{"name": name, "in": "query", "required": False, "schema": schema} for name, schema in properties.items()]
