"""Access tokens: what is taken, and everything that is not."""

import base64
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import jwt
import pytest

from infra.signing.access_tokens import LEEWAY, LONGEST_TOKEN, SignedAccessTokens, payload_of
from infra.signing.key_ring import BETWEEN_LOOKS, KeyRing, keys_of
from shared.domain.errors import BadSetting, NotSignedIn
from shared.domain.users import AccessClaims
from tests.fakes.virtual_clock import VirtualClock

OLD, NEW, FOREIGN = (letter * 32 for letter in "onf")
KEYS = f"2026-10:{OLD} 2026-11:{NEW}"
HEADER = {"kid": "2026-11", "typ": "at+jwt"}


def signed_by(keys: str) -> SignedAccessTokens:
    return SignedAccessTokens(KeyRing("SIGNING_KEYS", keys))


def claims(**changes: Any) -> AccessClaims:
    now = datetime.now(UTC).replace(microsecond=0)
    return replace(AccessClaims("heron", "ada", 3, now, now + timedelta(minutes=15)), **changes)


def forged(key: str = NEW, algorithm: str = "HS256", header: dict[str, Any] = HEADER, **changes: Any) -> str:
    payload = {name: value for name, value in {**payload_of(claims()), **changes}.items() if value is not None}
    return jwt.encode(payload, key, algorithm, headers=header)


async def refused(token: str) -> bool:
    with pytest.raises(NotSignedIn) as refusal:
        await signed_by(KEYS).read(token)
    return refusal.value.message == "the token is not valid, or not any more; sign in again"


async def test_a_token_says_what_was_written() -> None:
    tokens = signed_by(KEYS)
    assert await tokens.read(await tokens.written(claims())) == claims()


async def test_the_newest_key_signs_and_each_present_key_is_good() -> None:
    written = await signed_by(KEYS).written(claims())
    assert jwt.get_unverified_header(written) == {"alg": "HS256", **HEADER}
    before = await signed_by(f"2026-10:{OLD}").written(claims())
    assert await signed_by(KEYS).read(before) == claims()
    with pytest.raises(NotSignedIn):
        await signed_by(f"2026-11:{NEW}").read(before)


@pytest.mark.parametrize("header", [{"kid": "2026-10"}, {"kid": "none"}, {}, {"kid": "2026-11", "typ": "JWT"}])
async def test_a_header_that_does_not_fit_is_refused(header: dict[str, Any]) -> None:
    assert await refused(forged(header=header))


async def test_a_token_of_no_algorithm_is_refused() -> None:
    assert await refused(jwt.encode(payload_of(claims()), None, "none", headers=HEADER))  # type: ignore[arg-type]
    body = forged().split(".")[1]
    for algorithm in ("none", "None", "NONE", "HS512", "RS256", ""):
        header = base64.urlsafe_b64encode(json.dumps({**HEADER, "alg": algorithm}).encode()).decode().rstrip("=")
        assert await refused(f"{header}.{body}.")


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
async def test_a_signature_by_another_key_or_algorithm_is_refused() -> None:
    assert await refused(forged(FOREIGN))
    assert await refused(forged(algorithm="HS384"))


async def test_a_payload_that_was_tampered_with_is_refused() -> None:
    head, _, signature = forged().split(".")
    body = forged(FOREIGN, sub="somebody else").split(".")[1]
    assert await refused(f"{head}.{body}.{signature}")
    assert await refused(f"{head}.{body}.")


@pytest.mark.parametrize("name", ["exp", "iat", "nbf", "iss", "aud", "sub", "tenant", "epoch"])
async def test_a_token_without_one_of_its_claims_is_refused(name: str) -> None:
    assert await refused(forged(**{name: None}))


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "other"}, {"aud": "other"}, {"tenant": 1}, {"epoch": "3"},
        {"epoch": True}, {"sub": 1}, {"exp": "x"}, {"exp": 1e300},
    ],
)  # fmt: skip
async def test_a_claim_of_another_kind_or_for_somebody_else_is_refused(changes: dict[str, Any]) -> None:
    assert await refused(forged(**changes))


@pytest.mark.parametrize(
    ("name", "aside", "is_good"),
    [
        ("exp", 1 - LEEWAY, True), ("exp", -LEEWAY, False),
        ("nbf", LEEWAY, True), ("nbf", LEEWAY + 1, False),
        ("iat", LEEWAY, True), ("iat", LEEWAY + 1, False),
    ],
)  # fmt: skip
async def test_a_token_is_good_within_its_time_and_no_longer(
    monkeypatch: pytest.MonkeyPatch, name: str, aside: int, is_good: bool
) -> None:
    moment = datetime.now(UTC).replace(microsecond=0)
    token = forged(**{name: moment + timedelta(seconds=aside)})

    class Stopped(datetime):
        """A clock that stands still while a token is read."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return moment

    monkeypatch.setattr("jwt.api_jwt.datetime", Stopped)
    assert await signed_by(KEYS).read(token) if is_good else await refused(token)


async def test_a_clock_set_back_lets_no_token_live_longer_than_a_new_one() -> None:
    """What was written an hour ahead is refused, and its holder signs in anew."""
    ahead = datetime.now(UTC) + timedelta(hours=1)
    tokens = signed_by(KEYS)
    assert await refused(await tokens.written(claims(issued_at=ahead, expires_at=ahead + timedelta(minutes=15))))
    assert await tokens.read(await tokens.written(claims()))


@pytest.mark.parametrize(
    "token", ["", ".", "..", "a.b.c", "x" * (LONGEST_TOKEN + 1), "é.é.é", forged()[:-4], "ey.ey.ey"]
)
async def test_what_is_no_token_is_refused(token: str) -> None:
    assert await refused(token)


@dataclass
class Rotated:
    """A key source that counts how often it was told that its keys were refused."""

    present: str
    refusals: int = 0
    replaced_by: list[str] = field(default_factory=list)

    async def __call__(self) -> str:
        return self.present

    def refused(self) -> None:
        self.refusals += 1
        self.present = self.replaced_by.pop() if self.replaced_by else self.present


async def test_an_unknown_key_is_looked_up_at_once_and_forged_ones_seldom() -> None:
    clock = VirtualClock()
    source = Rotated(f"2026-10:{OLD}", replaced_by=[KEYS])
    tokens = SignedAccessTokens(KeyRing("SIGNING_KEYS", source, clock=lambda: clock.now))
    assert await tokens.read(forged())
    assert source.refusals == 1
    for number in range(20):
        with pytest.raises(NotSignedIn):
            await tokens.read(forged(header={"kid": f"forged-{number}", "typ": "at+jwt"}))
    assert source.refusals == 1
    clock.now += BETWEEN_LOOKS
    with pytest.raises(NotSignedIn):
        await tokens.read(forged(header={"kid": "forged", "typ": "at+jwt"}))
    assert source.refusals == 2


@pytest.mark.parametrize("text", ["", "  ", "no-colon", f":{NEW}", "kid:", "kid:" + "k" * 31, f"a:{NEW} b"])
def test_keys_that_are_none_or_short_are_a_bad_setting_that_shows_nothing(text: str) -> None:
    with pytest.raises(BadSetting) as refusal:
        keys_of(text, "SIGNING_KEYS")
    assert NEW not in refusal.value.message
    assert keys_of("kid:" + "k" * 32, "SIGNING_KEYS") == {"kid": "k" * 32}
