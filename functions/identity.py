"""Functions that let people sign in."""

import azure.durable_functions as df

from functions.bootstrap import services
from functions.callers import SIGNING_IN
from functions.contracts.identity import Credentials, RefreshRequest, TokenAnswer, UserAnswer
from functions.identity_rooms import IdentityServices
from functions.operation import operation
from functions.request import Call
from shared.domain.errors import AccessDenied

blueprint = df.Blueprint()


def identity() -> IdentityServices:
    """Return the services of sign-in. Raises AccessDenied where it is off."""
    found = services().identity
    if found is None:
        raise sign_in_is_off()
    return found


def sign_in_is_off() -> AccessDenied:
    """Return the error of what needs somebody to be signed in."""
    return AccessDenied("sign-in is off (setting SIGN_IN)", setting="SIGN_IN")


@operation(blueprint, "POST", "auth/register", status=201, needs=SIGNING_IN)
async def register(call: Call, body: Credentials) -> UserAnswer:
    """Register with an e-mail address and a password."""
    return UserAnswer.of(await identity().sign_in.register(body.email, body.password))


@operation(blueprint, "POST", "auth/login", needs=SIGNING_IN)
async def login(call: Call, body: Credentials) -> TokenAnswer:
    """Sign in and get an access token and a refresh token."""
    return TokenAnswer.of(await identity().sign_in.login(body.email, body.password))


@operation(blueprint, "POST", "auth/refresh", needs=SIGNING_IN)
async def refresh(call: Call, body: RefreshRequest) -> TokenAnswer:
    """Exchange a refresh token for the next pair; one that was used before ends its session."""
    return TokenAnswer.of(await identity().sign_in.refresh(body.refresh_token))
