"""Functions that show and clear the answer cache."""

import azure.durable_functions as df

from functions.bootstrap import services
from functions.contracts.caches import CacheAnswer, CacheCleared, ClearQuery
from functions.operation import operation
from functions.request import Call
from shared.domain.roles import Feature

blueprint = df.Blueprint()


@operation(blueprint, "GET", "cache", needs=Feature.OPERATIONS)
async def get_cache(call: Call) -> CacheAnswer:
    """Return what the answer cache holds and what it saved."""
    return CacheAnswer.of(await services().answer_care.figures(call.principal))


@operation(blueprint, "DELETE", "cache", needs=Feature.OPERATIONS)
async def clear_cache(call: Call, query: ClearQuery) -> CacheCleared:
    """Drop the kept answers of the knowledge bases that match a pattern."""
    return CacheCleared(cleared=await services().answer_care.clear(call.principal, query.pattern))
