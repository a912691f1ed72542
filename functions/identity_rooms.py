"""Puts the services of sign-in on their ground."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from functions.identity_ground import IdentityGround
from shared.domain.rates import Rate
from shared.domain.roles import Role
from shared.ports.tally import Tally
from shared.services.authentication import Authentication
from shared.services.buckets import Buckets, RequestRates
from shared.services.people import People
from shared.services.request_quota import RequestQuota
from shared.services.request_signing import RequestSigning
from shared.services.service_keys import ServiceKeyring
from shared.services.shared_rate import SharedRate
from shared.services.sign_in import SignIn
from shared.services.spenders import Spenders
from shared.services.trail import Trail
from shared.settings import Settings


@dataclass(frozen=True)
class IdentityServices:
    """What the functions call about who asks."""

    sign_in: SignIn
    authentication: Authentication
    people: People
    service_keys: ServiceKeyring
    quota: RequestQuota
    rates: RequestRates
    signing: RequestSigning | None
    spenders: Spenders


def identity_services(
    settings: Settings,
    ground: IdentityGround | None,
    tally: Tally,
    clock: Callable[[], datetime],
) -> IdentityServices | None:
    """Put the services of sign-in on their ground, or return None where sign-in is off."""
    if ground is None:
        return None
    role = None if settings.sign_up == "none" else Role(settings.sign_up)
    stores, tenant = ground.stores, settings.home_tenant
    sign_in = SignIn(stores.users, stores.sessions, ground.passwords, ground.tokens, clock, tenant, role)
    trail = Trail(stores.audit, clock)
    service_keys = ServiceKeyring(stores.service_keys, trail, clock, tenant)
    return IdentityServices(
        sign_in=sign_in,
        authentication=Authentication(
            stores.users, ground.tokens, tenant, ground.admin_key, service_keys, ground.directory
        ),
        service_keys=service_keys,
        quota=RequestQuota(tally, clock),
        rates=request_rates(settings, tally, clock),
        signing=RequestSigning(ground.signatures, tally) if ground.signatures else None,
        spenders=Spenders(stores.users, stores.service_keys, tenant),
        people=People(stores.users, stores.sessions, stores.audit, trail, sign_in),
    )


async def of_nobody(tenant: str, user: str) -> Role | None:
    """Return the role of somebody where nobody signs in."""
    return None


def request_rates(settings: Settings, tally: Tally, clock: Callable[[], datetime]) -> RequestRates:
    """Return what bounds how fast requests come."""
    principal = Rate("principal", settings.rate_burst, settings.rate_per_minute)
    return RequestRates(
        addresses=Buckets(Rate("address", settings.address_rate_burst, settings.address_rate_per_minute)),
        principals=Buckets(principal),
        sign_ins=Buckets(Rate("sign-in", settings.sign_in_rate_burst, settings.sign_in_rate_per_minute)),
        together=SharedRate(principal, tally, clock),
    )
