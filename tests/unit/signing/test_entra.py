"""Tokens of Microsoft Entra ID: which are taken, whom they speak for, and how often its keys are fetched."""

from collections.abc import Iterator
from typing import Any

import jwt
import pytest

from infra.signing.entra import FRESH_SECONDS, EntraTokens
from infra.signing.key_ring import BETWEEN_LOOKS
from shared.domain.access import Principal
from shared.domain.errors import NotSignedIn, StoreUnavailable
from shared.domain.roles import Role
from tests.fakes.entra import AUDIENCE, TENANT, Entra
from tests.fakes.loopback import LoopbackServer
from tests.fakes.virtual_clock import VirtualClock


@pytest.fixture
def entra() -> Iterator[Entra]:
    made = Entra()
    with LoopbackServer(made.app) as server:
        made.address = server.address
        yield made


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def directory(entra: Entra, clock: VirtualClock) -> EntraTokens:
    return EntraTokens(entra.address, TENANT, AUDIENCE, clock)


async def test_a_token_speaks_for_a_person_with_groups_and_the_highest_role(
    entra: Entra, directory: EntraTokens
) -> None:
    labels = frozenset({"everyone", "user:ada", "group:crew"})
    token = entra.token(roles=["user", "admin"], groups=["crew"])
    assert await directory.principal(token) == Principal(TENANT, "ada", labels, Role.ADMIN, is_of_directory=True)


@pytest.mark.parametrize("roles", [None, ["Owner"], []])
async def test_whoever_has_no_role_of_ours_is_a_guest(
    entra: Entra, directory: EntraTokens, roles: list[str] | None
) -> None:
    found = await directory.principal(entra.token(roles=roles))
    assert found
    assert (found.role, found.labels) == (Role.GUEST, frozenset({"everyone", "user:ada"}))


async def test_a_token_of_another_issuer_is_somebody_elses(entra: Entra, directory: EntraTokens) -> None:
    for issuer in ("knowledge-rag", f"{entra.address}/another/v2.0", f"{entra.address}/{TENANT}", None):
        assert await directory.principal(entra.token(iss=issuer)) is None
    assert entra.asked == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another"}, {"tid": "another"}, {"oid": ""}, {"oid": 1}, {"roles": "admin"}, {"groups": [1]},
        {"scp": None}, {"exp": 1}, {"nbf": 4_000_000_000}, {"iat": 4_000_000_000},
        {"exp": None}, {"nbf": None}, {"iat": None}, {"aud": None}, {"tid": None}, {"oid": None},
    ],
)  # fmt: skip
async def test_a_token_that_does_not_fit_is_refused(
    entra: Entra, directory: EntraTokens, changes: dict[str, Any]
) -> None:
    with pytest.raises(NotSignedIn):
        await directory.principal(entra.token(**changes))


async def test_a_token_under_a_foreign_key_or_another_algorithm_is_refused(
    entra: Entra, directory: EntraTokens
) -> None:
    foreign = Entra()
    foreign.address = entra.address
    head, body, signature = entra.token().split(".")
    forged = [
        foreign.token(),
        jwt.encode(entra.payload(), "k" * 32, "HS256", headers={"kid": "first"}),
        jwt.encode(entra.payload(), entra.keys["first"], "RS512", headers={"kid": "first"}),
        jwt.encode(entra.payload(), entra.keys["first"], "RS256"),
        jwt.encode(entra.payload(), None, "none", headers={"kid": "first"}),  # type: ignore[arg-type]
        f"{head}.{entra.token(oid='ben').split('.')[1]}.{signature}",
        f"{head}.{body}.",
    ]
    for token in forged:
        with pytest.raises(NotSignedIn):
            await directory.principal(token)


@pytest.mark.parametrize("token", ["", "a.b.c", "x" * 16_385])
async def test_what_is_no_token_is_refused(directory: EntraTokens, token: str) -> None:
    with pytest.raises(NotSignedIn):
        await directory.principal(token)


async def test_keys_are_fetched_once_a_day_and_at_once_for_an_unknown_one(
    entra: Entra, directory: EntraTokens, clock: VirtualClock
) -> None:
    for _ in range(3):
        assert await directory.principal(entra.token())
    assert entra.asked == 1
    entra.rotate("second")
    clock.now += BETWEEN_LOOKS
    assert await directory.principal(entra.token("second"))
    assert entra.asked == 2
    clock.now += FRESH_SECONDS
    assert await directory.principal(entra.token())
    assert entra.asked == 3


async def test_forged_key_ids_fetch_the_keys_seldom(entra: Entra, directory: EntraTokens, clock: VirtualClock) -> None:
    for number in range(20):
        token = jwt.encode(entra.payload(), entra.keys["first"], "RS256", headers={"kid": f"forged-{number}"})
        with pytest.raises(NotSignedIn):
            await directory.principal(token)
    assert entra.asked == 1


async def test_known_keys_go_on_serving_while_the_directory_is_away(
    entra: Entra, directory: EntraTokens, clock: VirtualClock
) -> None:
    entra.is_away = True
    with pytest.raises(StoreUnavailable):
        await directory.principal(entra.token())
    entra.is_away = False
    clock.now += BETWEEN_LOOKS
    assert await directory.principal(entra.token())
    entra.is_away = True
    clock.now += FRESH_SECONDS
    assert await directory.principal(entra.token())


async def test_a_key_that_is_published_no_more_is_good_no_more(
    entra: Entra, directory: EntraTokens, clock: VirtualClock
) -> None:
    token = entra.token()
    assert await directory.principal(token)
    entra.rotate("second")
    del entra.keys["first"]
    clock.now += FRESH_SECONDS
    with pytest.raises(NotSignedIn):
        await directory.principal(token)
