"""Functions that let people look around in the graph of a knowledge base."""

import azure.durable_functions as df

from functions.bootstrap import services
from functions.contracts.graph_parts import (
    CommunityHead,
    CommunityList,
    GraphPartAnswer,
    GraphPartQuery,
    PassageAnswer,
)
from functions.contracts.pages import PageQuery
from functions.operation import operation
from functions.request import Call
from shared.domain.roles import Feature

blueprint = df.Blueprint()


@operation(blueprint, "GET", "knowledge/bases/{id}/graph", needs=Feature.GRAPHRAG)
async def get_graph_part(call: Call, query: GraphPartQuery) -> GraphPartAnswer:
    """Return an entity with its neighbours, or the entities of a community."""
    scope = await services().bases.scope(call.principal, call.path["id"])
    exploring = services().exploring
    if query.entity:
        return GraphPartAnswer.of(await exploring.around(scope, query.entity))
    return GraphPartAnswer.of(await exploring.within(scope, query.community))


@operation(blueprint, "GET", "knowledge/bases/{id}/communities", needs=Feature.GRAPHRAG)
async def list_communities(call: Call, query: PageQuery) -> CommunityList:
    """List the communities of a knowledge base, the largest first."""
    scope = await services().bases.scope(call.principal, call.path["id"])
    found = await services().exploring.communities(scope)
    start = next((place + 1 for place, each in enumerate(found) if each.id == query.after), 0)
    page, rest = found[start : start + query.limit], found[start + query.limit :]
    return CommunityList(items=[CommunityHead.of(each) for each in page], next=page[-1].id if rest else "")


@operation(blueprint, "GET", "knowledge/bases/{id}/passages/{passage}", needs=Feature.GRAPHRAG)
async def get_passage(call: Call) -> PassageAnswer:
    """Return a passage, such as one that supports a relation."""
    scope = await services().bases.scope(call.principal, call.path["id"])
    return PassageAnswer.of(await services().exploring.passage(scope, call.path["passage"]))
