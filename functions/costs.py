"""Functions that say what was spent."""

from collections.abc import Sequence

import azure.durable_functions as df
from azurefunctions.extensions.http.fastapi import Response

from functions.bootstrap import services
from functions.contracts.costs import ReportQuery, UsageAnswer, UsageQuery
from functions.identity import identity
from functions.operation import operation
from functions.request import Call
from shared.domain.access import IN_BACKGROUND, Principal, background
from shared.domain.errors import NotFound
from shared.domain.money import BudgetStatus
from shared.domain.roles import Feature, Role
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
    whose = query.user or call.principal.user
    own = await (usage.own(call.principal) if whose == call.principal.user else usage_of(call.principal, whose))
    return UsageAnswer.of(own, await usage.shared(call.principal) if runs_it else ())


async def usage_of(principal: Principal, id: str) -> Sequence[BudgetStatus]:
    """Return how the account of somebody else of the tenant stands.

    Raises AccessDenied for who may not see it, and NotFound for nobody. Where there is a directory, whoever is not kept
    here may be of it.
    """
    principal.check(Feature.OPERATIONS)
    if id in IN_BACKGROUND:
        return await services().usage.own(background(principal.tenant, id))
    found = identity()
    role = await found.spenders.role(principal.tenant, id)
    if role is None and found.authentication.directory is None:
        raise NotFound(f"there is no user {id!r}", id=id)
    somebody = Principal(principal.tenant, id, role=role or Role.GUEST)
    return await services().usage.own(somebody, is_role_known=role is not None)


@operation(blueprint, "GET", "costs/report", needs=Feature.OPERATIONS)
async def get_cost_report(call: Call, query: ReportQuery) -> Response:
    """Return the cost report up to yesterday, as JSON, CSV or a page."""
    content = await services().cost_reports.read(call.principal, query.period, query.format)
    headers = {"content-security-policy": SEALED, "x-content-type-options": "nosniff"}
    return Response(content, media_type=MEDIA_TYPES[query.format], headers=headers)
