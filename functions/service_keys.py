"""Functions that make and revoke the keys of programs."""

import azure.durable_functions as df

from functions.contracts.pages import PageQuery
from functions.contracts.service_keys import NewServiceKey, ServiceKeyAnswer, ServiceKeyList
from functions.identity import identity
from functions.operation import operation
from functions.request import Call
from shared.domain.roles import Feature

blueprint = df.Blueprint()


@operation(blueprint, "POST", "service-keys", status=201, needs=Feature.OPERATIONS)
async def make_service_key(call: Call, body: NewServiceKey) -> ServiceKeyAnswer:
    """Make a key that a program signs in with; its token is shown this once."""
    key, token = await identity().service_keys.make(
        call.principal, body.name, body.role, frozenset(body.groups), call.request_id
    )
    return ServiceKeyAnswer.of(key, token)


@operation(blueprint, "GET", "service-keys", needs=Feature.OPERATIONS)
async def list_service_keys(call: Call, query: PageQuery) -> ServiceKeyList:
    """List the service keys of the tenant."""
    found = await identity().service_keys.list(call.principal, query.limit + 1, query.after)
    page = found[: query.limit]
    following = page[-1].id if len(found) > query.limit else ""
    return ServiceKeyList(items=[ServiceKeyAnswer.of(each) for each in page], next=following)


@operation(blueprint, "DELETE", "service-keys/{id}", status=204, needs=Feature.OPERATIONS)
async def revoke_service_key(call: Call) -> None:
    """Revoke a service key; it is refused from the next request on."""
    await identity().service_keys.revoke(call.principal, call.path["id"], call.request_id)
