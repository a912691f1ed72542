"""Functions that say what was spent."""

import azure.durable_functions as df
from azurefunctions.extensions.http.fastapi import Response

from functions.bootstrap import services
from functions.contracts.costs import ReportQuery, UsageAnswer, UsageQuery
from functions.identity import identity
from functions.operation import operation
from functions.request import Call
from shared.domain.access import Principal
from shared.domain.roles import Feature
from shared.services.cost_reports import Format

MEDIA_TYPES = {
    Format.JSON: "application/json",
    Format.CSV: "text/csv; charset=utf-8",
    Format.HTML: "text/html; charset=utf-8",
}

SEALED = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""What the page of a report may do: show itself in its own style, and nothing else."""

blueprint = df.Blueprint()


@operation(blueprint, "GET", "usage")
async def get_usage(call: Call, query: UsageQuery) -> UsageAnswer:
    """Say what the caller has spent today and this month; who runs the service sees any user, the tenant and all."""
    usage, runs_it = services().usage, call.principal.may(Feature.OPERATIONS)
    whose = await somebody(call.principal, query.user) if query.user else call.principal
    return UsageAnswer.of(await usage.own(whose), await usage.shared(call.principal) if runs_it else ())


async def somebody(principal: Principal, id: str) -> Principal:
    """Return oneself, or another user of the tenant. Raises AccessDenied for who may not, NotFound for nobody."""
    if id == principal.user:
        return principal
    principal.check(Feature.OPERATIONS)
    user = await identity().people.get(principal.tenant, id)
    return Principal(user.tenant, user.id, role=user.role)


@operation(blueprint, "GET", "costs/report", needs=Feature.OPERATIONS)
async def get_cost_report(call: Call, query: ReportQuery) -> Response:
    """Return the cost report up to yesterday, as JSON, CSV or a page."""
    content = await services().cost_reports.read(call.principal, query.period, query.format)
    headers = {"content-security-policy": SEALED, "x-content-type-options": "nosniff"}
    return Response(content, media_type=MEDIA_TYPES[query.format], headers=headers)
