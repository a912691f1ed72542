"""Functions that keep knowledge bases."""

from typing import Any

import azure.durable_functions as df

from functions.bootstrap import services
from functions.conditions import states_wanted
from functions.contracts.knowledge import (
    ChangedBaseAnswer,
    KnowledgeBaseAnswer,
    KnowledgeBaseChange,
    KnowledgeBaseList,
    KnowledgeBaseRequest,
)
from functions.contracts.pages import PageQuery
from functions.contracts.settings import BaseSettingsRequest
from functions.extraction import NO_MODEL
from functions.label_trail import label_trail
from functions.operation import operation
from functions.request import Call
from shared.domain.access import Scope
from shared.domain.base_settings import BaseSettings
from shared.domain.errors import Conflict
from shared.domain.roles import Feature

blueprint = df.Blueprint()


@operation(blueprint, "POST", "knowledge/bases", status=201, needs=Feature.EMBEDDING)
async def create_knowledge_base(call: Call, body: KnowledgeBaseRequest) -> KnowledgeBaseAnswer:
    """Create a knowledge base."""
    settings = BaseSettings(**settable(body.settings))
    base = await services().bases.create(call.principal, body.name, body.description, frozenset(body.access), settings)
    return KnowledgeBaseAnswer.of(base)


@operation(blueprint, "GET", "knowledge/bases")
async def list_knowledge_bases(call: Call, query: PageQuery) -> KnowledgeBaseList:
    """List the knowledge bases that the caller may read."""
    found = await services().bases.list(call.principal, query.limit + 1, query.after)
    page = found[: query.limit]
    following = page[-1].key.id if len(found) > query.limit else ""
    return KnowledgeBaseList(items=[KnowledgeBaseAnswer.of(each) for each in page], next=following)


@operation(blueprint, "GET", "knowledge/bases/{id}")
async def get_knowledge_base(call: Call) -> KnowledgeBaseAnswer:
    """Return a knowledge base."""
    return KnowledgeBaseAnswer.of(await services().bases.get(call.principal, call.path["id"]))


@operation(blueprint, "PATCH", "knowledge/bases/{id}", needs=Feature.EMBEDDING, conditional=True)
async def change_knowledge_base(call: Call, body: KnowledgeBaseChange) -> ChangedBaseAnswer:
    """Change a knowledge base where it is in the state that If-Match names."""
    changed = await services().bases.change(
        call.principal,
        call.path["id"],
        label_trail(call, f"base/{call.path['id']}"),
        states_wanted(call.request),
        name=body.name,
        description=body.description,
        access=None if body.access is None else frozenset(body.access),
        settings=settable(body.settings) if body.settings else {},
    )
    status = await services().knowledge.statuses.of(Scope(changed.key, call.principal.labels), changed.settings)
    known = KnowledgeBaseAnswer.of(changed)
    return ChangedBaseAnswer(**dict(known), outdated_documents=status.outdated)


@operation(blueprint, "DELETE", "knowledge/bases/{id}", status=204, needs=Feature.EMBEDDING)
async def delete_knowledge_base(call: Call) -> None:
    """Delete a knowledge base with all its documents."""
    await services().bases.delete(call.principal, call.path["id"])


def settable(settings: BaseSettingsRequest) -> dict[str, Any]:
    """Return the settings to change. Raises Conflict where a model is to read and there is none."""
    if settings.extraction == "model" and services().extraction is None:
        raise Conflict(NO_MODEL, field="settings.extraction")
    return settings.changes
