"""Functions that show how the service performs."""

import azure.durable_functions as df

from functions.bootstrap import services
from functions.contracts.performance import HoursQuery, PerformanceSummary
from functions.operation import operation
from functions.request import Call
from shared.domain.roles import Feature

blueprint = df.Blueprint()


@operation(blueprint, "GET", "performance/summary", needs=Feature.OPERATIONS)
async def performance_summary(call: Call, query: HoursQuery) -> PerformanceSummary:
    """Sum up the requests and answers of the last hours."""
    return PerformanceSummary.of(await services().performance.summary(query.hours))
