"""Functions that show which names were taken for one thing, and take them apart again."""

import azure.durable_functions as df

from functions.bootstrap import services
from functions.contracts.pages import PageQuery
from functions.contracts.resolutions import ResolutionAnswer, ResolutionList
from functions.operation import operation
from functions.request import Call
from shared.domain.roles import Feature

blueprint = df.Blueprint()


@operation(blueprint, "GET", "knowledge/bases/{id}/resolutions", needs=Feature.GRAPHRAG)
async def list_resolutions(call: Call, query: PageQuery) -> ResolutionList:
    """List which names of a knowledge base were taken for one thing, by whom and how surely."""
    scope = await services().bases.scope(call.principal, call.path["id"])
    found = await services().resolutions.list(scope, query.limit + 1, query.after)
    page = found[: query.limit]
    following = page[-1].id if len(found) > query.limit else ""
    return ResolutionList(items=[ResolutionAnswer.of(each) for each in page], next=following)


@operation(blueprint, "DELETE", "knowledge/bases/{id}/resolutions/{resolution}", status=204, needs=Feature.EMBEDDING)
async def undo_resolution(call: Call) -> None:
    """Undo a decision: the two names stay apart from now on."""
    scope = await services().bases.scope(call.principal, call.path["id"])
    await services().resolutions.undo(scope, call.path["resolution"])
