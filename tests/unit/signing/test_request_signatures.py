"""Signatures of requests: what is taken, and everything that is not."""

import base64
import hashlib
from dataclasses import replace
from typing import Any

import pytest

from infra.signing.key_ring import KeyRing
from infra.signing.request_signatures import HmacSignatures
from shared.domain.errors import BadSetting, BadSignature
from shared.domain.signatures import RequestHead, Signed
from shared.settings import Settings
from tests.fakes.signing_caller import SigningCaller

OLD, NEW = "o" * 32, "n" * 32
KEYS = f"2026-10:{OLD} 2026-11:{NEW}"
CREATED = 1_795_000_000
CALLER = SigningCaller("2026-11", NEW, str(CREATED), nonce="a-nonce-of-tests")
BODY = '{"query": "谁"}'.encode()
METHOD, PATH, QUERY = "POST", "/api/v1/rag%2Fquery", "a=1&b=%20"


def head(caller: SigningCaller = CALLER, **changes: Any) -> RequestHead:
    headers = caller.headers(METHOD, PATH, QUERY, BODY)
    made = RequestHead(METHOD, "service.example", f"{PATH}?{QUERY}", (("host", "service.example"), *headers.items()))
    return replace(made, **changes)


def with_header(made: RequestHead, name: str, value: str | None) -> RequestHead:
    """Return the head with another value of a header, or without it."""
    others = tuple(line for line in made.headers if line[0] != name)
    return replace(made, headers=(*others, (name, value)) if value is not None else others)


async def read(made: RequestHead) -> Signed:
    return await HmacSignatures(KeyRing("REQUEST_SIGNING_KEYS", KEYS)).read(made)


async def refused(made: RequestHead) -> bool:
    with pytest.raises(BadSignature) as refusal:
        await read(made)
    return refusal.value.message == "the request has to be signed, and its signature is not valid"


async def test_a_signature_says_who_when_once_and_of_what() -> None:
    digests = {"sha256": hashlib.sha256(BODY).digest()}
    assert await read(head()) == Signed("2026-11", CREATED, "a-nonce-of-tests", digests)


async def test_any_present_key_is_good_and_no_other() -> None:
    assert (await read(head(replace(CALLER, kid="2026-10", key=OLD)))).key_id == "2026-10"
    assert await refused(head(replace(CALLER, kid="2026-10")))
    assert await refused(head(replace(CALLER, kid="2026-09")))
    assert await refused(head(replace(CALLER, key=NEW + "x")))


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "PUT"},
        {"target": f"/api/v1/rag/query?{QUERY}"},
        {"target": f"{PATH}?{QUERY}&c=2"},
        {"target": f"{PATH}?b=%20&a=1"},
        {"target": PATH},
    ],
)
async def test_what_was_signed_may_not_change(changes: dict[str, str]) -> None:
    assert await refused(head(**changes))


@pytest.mark.parametrize("name", ["signature", "signature-input", "content-digest"])
@pytest.mark.parametrize(
    "value", [None, "", "x", "sig", "sig=:AAAA:", "sig=()", "(" * 1000, "é", "sig=:" + "A" * 30_000 + ":"]
)
async def test_a_header_that_is_another_or_none_is_refused(name: str, value: str | None) -> None:
    assert await refused(with_header(head(), name, value))


async def test_a_header_twice_is_refused() -> None:
    for name in ("signature", "signature-input", "content-digest"):
        made = head()
        assert await refused(replace(made, headers=(*made.headers, (name, dict(made.headers)[name]))))


async def test_two_signatures_are_as_good_as_none() -> None:
    made, other = head(), head(replace(CALLER, label="other"))
    both = replace(made, headers=(*made.headers, *(line for line in other.headers if line[0].startswith("signature"))))
    assert await refused(both)


@pytest.mark.parametrize("missing", ["@method", "@path", "@query", "content-digest"])
async def test_each_part_has_to_be_covered(missing: str) -> None:
    covered = CALLER.covered.replace(f'"{missing}"', "").replace("( ", "(").replace(" )", ")").replace("  ", " ")
    assert await refused(head(replace(CALLER, covered=covered)))


@pytest.mark.parametrize(
    "caller",
    [
        replace(CALLER, algorithm="none"),
        replace(CALLER, algorithm="ed25519"),
        replace(CALLER, algorithm="HMAC-SHA256"),
        replace(CALLER, created="1.5"),
        replace(CALLER, created='"1795000000"'),
        replace(CALLER, created="1795000000;expires=x"),
        replace(CALLER, created="1795000000;unknown=1"),
        replace(CALLER, digest="md5=:1B2M2Y8AsgTpgAmY7PhCfg==:"),
        replace(CALLER, digest='sha-256="text"'),
        replace(CALLER, digest="sha-256"),
    ],
)
async def test_a_parameter_of_another_kind_is_refused(caller: SigningCaller) -> None:
    assert await refused(head(caller))


@pytest.mark.parametrize(("length", "is_good"), [(15, False), (16, True), (128, True), (129, False)])
async def test_a_nonce_has_bounds(length: int, is_good: bool) -> None:
    made = head(replace(CALLER, nonce="n" * length))
    assert (await read(made)).nonce == "n" * length if is_good else await refused(made)


async def test_both_digests_of_the_standard_are_taken_and_both_hold() -> None:
    values = {name: hashlib.new(name.replace("-", ""), BODY).digest() for name in ("sha-256", "sha-512")}
    field = ", ".join(f"{name}=:{base64.b64encode(value).decode()}:" for name, value in values.items())
    assert (await read(head(replace(CALLER, digest=field)))).digests == {
        "sha256": values["sha-256"],
        "sha512": values["sha-512"],
    }


@pytest.mark.parametrize("keys", ["short:key", ":" + NEW, NEW, "kid:" + "k" * 31])
async def test_keys_that_are_none_are_named_by_their_setting(keys: str) -> None:
    with pytest.raises(BadSetting, match="REQUEST_SIGNING_KEYS") as error:
        await HmacSignatures(KeyRing("REQUEST_SIGNING_KEYS", keys)).read(head())
    assert keys not in error.value.message


def test_requests_are_signed_where_people_sign_in_alone() -> None:
    with pytest.raises(BadSetting, match="REQUEST_SIGNING_KEYS needs SIGN_IN=on"):
        Settings(request_signing_keys=KEYS)
