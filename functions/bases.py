"""Functions that keep knowledge bases."""

import azure.durable_functions as df

from functions.bootstrap import services
from functions.contracts.knowledge import KnowledgeBaseAnswer, KnowledgeBaseList, KnowledgeBaseRequest
from functions.contracts.pages import PageQuery
from functions.operation import operation
from functions.request import Call

blueprint = df.Blueprint()


@operation(blueprint, "POST", "knowledge/bases", status=201)
async def create_knowledge_base(call: Call, body: KnowledgeBaseRequest) -> KnowledgeBaseAnswer:
    """Create a knowledge base."""
    base = await services().bases.create(call.principal, body.name, body.description)
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


@operation(blueprint, "DELETE", "knowledge/bases/{id}", status=204)
async def delete_knowledge_base(call: Call) -> None:
    """Delete a knowledge base with all its documents."""
    await services().bases.delete(call.principal, call.path["id"])
