"""Finds out who makes a request, and whether their role may."""

import re
from dataclasses import replace
from enum import Enum

from azurefunctions.extensions.http.fastapi import Request

from functions.addresses import address_of
from functions.bootstrap import services
from functions.request import Call
from functions.signed_requests import signed
from functions.upload import ENVELOPE
from shared.domain.access import Principal
from shared.domain.errors import AccessDenied, BadRequest, NotSignedIn
from shared.domain.roles import GIVEN_ROLES, Feature
from shared.money.accounts import user_account
from shared.services.buckets import RequestRates


class Open(Enum):
    """What a function says that answers everybody, or whoever wants to sign in."""

    TO_EVERYBODY = "open"
    TO_SIGN_IN = "open to sign in"


OPEN, SIGNING_IN = Open.TO_EVERYBODY, Open.TO_SIGN_IN
Needs = Feature | Open | None
"""What a function asks of its caller: a feature of the role, nothing at all, or None: to be signed in."""

READING = ("GET", "HEAD")
"""Methods of requests that look at something: a page that follows its work is not to use up a day with it."""

BEARER = re.compile(r"[Bb]earer +([A-Za-z0-9._~+/=-]+)")
"""The one form of the header, by RFC 6750."""


async def entered(call: Call, needs: Needs) -> Call:
    """Return the call with its caller, and with a body that was signed, where requests have to be.

    Raises RateLimited, AccessDenied for a foreign tenant, and what `signed` and `admitted` raise.
    """
    if identity := services().identity:
        bound_address(call, needs, identity.rates)
        if identity.signing:
            longest = services().settings.max_upload_mb * 1_000_000 + ENVELOPE
            call = replace(call, request=await signed(call.request, identity.signing, longest))
    if isinstance(needs, Open):
        check_tenant(call, services().settings.home_tenant)
        return call
    return replace(call, caller=await admitted(call, needs))


async def admitted(call: Call, needs: Feature | None) -> Principal:
    """Return who asks; where a feature is used to do more than look, the request counts in the day's quota.

    Raises NotSignedIn, AccessDenied for a foreign tenant or a feature beyond the role, RateLimited, QuotaExceeded, and
    what `acting` raises.
    """
    identity = services().identity
    principal = await identity.authentication.principal(bearer_of(call.request)) if identity else services().resident
    if identity:
        account = user_account(principal.tenant, principal.user)
        call.weigh(identity.rates.principals.take(account))
        await identity.rates.together.take(account)
    check_tenant(call, principal.tenant)
    acted = acting(principal, call.request.headers.getlist("x-role"))
    if needs:
        acted.check(needs)
        if identity and call.request.method not in READING:
            await identity.quota.take(principal)
    return acted


def check_tenant(call: Call, tenant: str) -> None:
    """Raise AccessDenied where the header X-Tenant-ID names another tenant than this one."""
    if any(each != tenant for each in call.request.headers.getlist("x-tenant-id")):
        raise AccessDenied("X-Tenant-ID does not agree with the caller's tenant")


def acting(principal: Principal, wanted: list[str]) -> Principal:
    """Return the caller in the lesser role that the header X-Role names; without one, as they are.

    Raises BadRequest for what is no role, and AccessDenied for one above their own.
    """
    if not wanted:
        return principal
    role = next((each for each in GIVEN_ROLES if [each] == wanted), None)
    if role is None:
        raise BadRequest("the header X-Role names one of: " + ", ".join(GIVEN_ROLES))
    if principal.role not in GIVEN_ROLES[: GIVEN_ROLES.index(role) + 1]:
        raise AccessDenied(f"the role {principal.role} may not act as {role}", role=principal.role)
    return replace(principal, role=role)


def bound_address(call: Call, needs: Needs, rates: RequestRates) -> None:
    """Raise RateLimited where too much comes from the address of a request."""
    forwarded = call.request.headers.getlist("x-forwarded-for")
    address = address_of(call.address, forwarded, services().settings.proxies)
    call.weigh(rates.addresses.take(address))
    if needs is SIGNING_IN:
        call.weigh(rates.sign_ins.take(address))


def bearer_of(request: Request) -> str:
    """Return the token that a request carries. Raises NotSignedIn where there is none, or more than one."""
    given = request.headers.getlist("authorization")
    form = BEARER.fullmatch(given[0]) if len(given) == 1 else None
    if form is None:
        raise NotSignedIn("sign in: the request needs one header Authorization with a Bearer token")
    return form[1]


def challenge(request: Request) -> str:
    """Say how to sign in, and that the token was wrong where there was one."""
    return 'Bearer error="invalid_token"' if "authorization" in request.headers else "Bearer"
