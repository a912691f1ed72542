"""Functions that keep the people who sign in."""

import azure.durable_functions as df

from functions.bootstrap import services
from functions.contracts.identity import (
    AuditAnswer,
    AuditList,
    ErasureAnswer,
    ExportAnswer,
    MeAnswer,
    NewUser,
    UserAnswer,
    UserChange,
    UserList,
)
from functions.contracts.pages import PageQuery
from functions.identity import identity, sign_in_is_off
from functions.operation import operation
from functions.request import Call
from shared.domain.roles import Feature
from shared.services.personal_traces import PersonalTraces

blueprint = df.Blueprint()


@operation(blueprint, "POST", "users", status=201, needs=Feature.OPERATIONS)
async def add_user(call: Call, body: NewUser) -> UserAnswer:
    """Add a person with a role."""
    added = await identity().people.add(call.principal, body.email, body.password, body.role, call.request_id)
    return UserAnswer.of(added)


@operation(blueprint, "GET", "users", needs=Feature.OPERATIONS)
async def list_users(call: Call, query: PageQuery) -> UserList:
    """List the people of the tenant."""
    found = await identity().people.list(call.principal, query.limit + 1, query.after)
    page = found[: query.limit]
    following = page[-1].id if len(found) > query.limit else ""
    return UserList(items=[UserAnswer.of(each) for each in page], next=following)


@operation(blueprint, "PATCH", "users/{id}", needs=Feature.OPERATIONS)
async def change_user(call: Call, body: UserChange) -> UserAnswer:
    """Change a person's role or groups, or disable them, which ends their sessions."""
    changed = await identity().people.change(
        call.principal,
        call.path["id"],
        call.request_id,
        role=body.role,
        groups=None if body.groups is None else frozenset(body.groups),
        is_disabled=body.disabled,
    )
    return UserAnswer.of(changed)


@operation(blueprint, "GET", "audit", needs=Feature.OPERATIONS)
async def list_audit(call: Call, query: PageQuery) -> AuditList:
    """List what was done to people, the oldest first."""
    found = await identity().people.rows(call.principal, query.limit + 1, query.after)
    page = found[: query.limit]
    following = page[-1].id if len(found) > query.limit else ""
    return AuditList(items=[AuditAnswer.of(each) for each in page], next=following)


@operation(blueprint, "GET", "me")
async def get_me(call: Call) -> MeAnswer:
    """Say who the caller is, and what they may use."""
    found = services().identity
    user = await found.people.users.user(call.principal.tenant, call.principal.user) if found else None
    return MeAnswer.of(call.principal, user)


@operation(blueprint, "GET", "me/export")
async def export_me(call: Call) -> ExportAnswer:
    """Return everything that is kept of the caller."""
    return ExportAnswer.of(await traces().export(call.principal, call.request_id))


@operation(blueprint, "DELETE", "me")
async def erase_me(call: Call) -> ErasureAnswer:
    """Erase the caller: what they said and own, the account, and with it the way back from other rows."""
    return ErasureAnswer.of(is_gone=await traces().erase(call.principal, call.request_id))


def traces() -> PersonalTraces:
    """Return what is kept of people. Raises AccessDenied where sign-in is off."""
    if found := services().personal.traces:
        return found
    raise sign_in_is_off()
