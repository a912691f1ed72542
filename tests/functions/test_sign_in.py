"""Sign-in over HTTP: registering, sessions, and what each role is let in to."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from infra.local.command_line.arguments import parser
from infra.local.command_line.smoke import smoke
from infra.signing.access_tokens import KIND, payload_of
from shared.domain.users import AccessClaims
from tests.fakes.entra import AUDIENCE, TENANT, Entra
from tests.fakes.loopback import LoopbackServer
from tests.functions.signing_in import (
    ADMIN,
    ADMIN_KEY,
    PASSWORD,
    SIGNING_KEYS,
    bearer,
    guarded,
    guarded_house,
    header_of,
    signed_in,
)

CREDENTIALS = {"email": "Ada@Heron.example", "password": PASSWORD}
QUESTION = {"kb_id": "none", "query": "Who?"}


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with guarded_house(tmp_path) as client:
        yield client


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


async def test_somebody_registers_signs_in_and_asks(api: httpx.AsyncClient) -> None:
    registered = await api.post("auth/register", json=CREDENTIALS)
    assert registered.status_code == 201
    answer = registered.json()
    assert (answer["email"], answer["role"], answer["tenant"]) == ("ada@heron.example", "guest", "local")
    assert "password" not in registered.text
    tokens = (await api.post("auth/login", json=CREDENTIALS)).json()
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 900)
    assert (await api.get("knowledge/bases", headers=bearer(tokens["access_token"]))).status_code == 200


async def test_health_alone_answers_whoever_is_not_signed_in(api: httpx.AsyncClient) -> None:
    document = (await api.get("openapi.json", headers=ADMIN)).json()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            response = await api.request(method, path.removeprefix("/api/v1/").replace("{id}", "none"))
            is_open = path == "/api/v1/health" or path.startswith("/api/v1/auth/")
            assert (response.status_code != 401) is is_open, (method, path)
            assert operation["security"] == ([] if is_open else [{"bearer": []}])
            assert ("www-authenticate" in response.headers) is not is_open
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


async def test_a_refusal_says_how_to_sign_in(api: httpx.AsyncClient) -> None:
    nobody = await api.get("knowledge/bases")
    assert (*refusal(nobody), nobody.headers["www-authenticate"]) == (401, "not_signed_in", "Bearer")
    wrong = await api.get("knowledge/bases", headers=bearer("wrong"))
    assert (*refusal(wrong), wrong.headers["www-authenticate"]) == (
        401,
        "not_signed_in",
        'Bearer error="invalid_token"',
    )


@pytest.mark.parametrize(
    ("role", "statuses"), [("guest", (404, 403, 403, 403)), ("admin", (404, 404, 201, 200))]
)  # fmt: skip
async def test_a_role_is_let_in_to_its_features_alone(
    api: httpx.AsyncClient, role: str, statuses: tuple[int, ...]
) -> None:
    header = ADMIN if role == "admin" else await header_of(api)
    answers = (
        await api.post("rag/query", json=QUESTION, headers=header),
        await api.post("search/graph", json=QUESTION, headers=header),
        await api.post("knowledge/bases", json={"name": "handbook"}, headers=header),
        await api.get("metrics", headers=header),
    )
    assert tuple(each.status_code for each in answers) == statuses
    if role == "guest":
        assert answers[1].json()["error"]["details"] == {"role": "guest", "feature": "graphrag"}


async def test_the_tenant_of_the_header_has_to_be_that_of_the_token(api: httpx.AsyncClient) -> None:
    header = await header_of(api)
    assert (await api.get("knowledge/bases", headers={**header, "x-tenant-id": "local"})).status_code == 200
    assert refusal(await api.get("knowledge/bases", headers={**header, "x-tenant-id": "stork"})) == (
        403,
        "access_denied",
    )
    both = [*header.items(), ("x-tenant-id", "local"), ("x-tenant-id", "stork")]
    assert (await api.get("knowledge/bases", headers=both)).status_code == 403


async def test_no_function_answers_for_a_tenant_that_is_not_the_callers(api: httpx.AsyncClient) -> None:
    document = (await api.get("openapi.json", headers=ADMIN)).json()
    tried = 0
    for path, operations in document["paths"].items():
        for method in operations:
            route = path.removeprefix("/api/v1/").replace("{id}", "none")
            response = await api.request(method, route, headers={**ADMIN, "x-tenant-id": "stork"})
            tried += 1
            if path == "/api/v1/health":
                assert response.status_code == 200
            else:
                assert refusal(response) == (403, "access_denied"), (method, path)
    assert tried > 40
    assert (await api.post("auth/register", json=CREDENTIALS, headers={"x-tenant-id": "local"})).status_code == 201


async def test_a_refresh_token_gives_the_next_pair_once(api: httpx.AsyncClient) -> None:
    first = await signed_in(api)
    second = (await api.post("auth/refresh", json={"refresh_token": first["refresh_token"]})).json()
    third = await api.post("auth/refresh", json={"refresh_token": second["refresh_token"]})
    assert third.status_code == 200
    assert (await api.get("knowledge/bases", headers=bearer(third.json()["access_token"]))).status_code == 200


async def test_a_refresh_token_that_is_used_again_ends_its_session_and_no_other(api: httpx.AsyncClient) -> None:
    first, other = await signed_in(api), await signed_in(api)
    second = (await api.post("auth/refresh", json={"refresh_token": first["refresh_token"]})).json()
    third = (await api.post("auth/refresh", json={"refresh_token": second["refresh_token"]})).json()
    stolen = await api.post("auth/refresh", json={"refresh_token": first["refresh_token"]})
    assert refusal(stolen) == (401, "not_signed_in")
    assert (await api.post("auth/refresh", json={"refresh_token": third["refresh_token"]})).status_code == 401
    assert (await api.post("auth/refresh", json={"refresh_token": other["refresh_token"]})).status_code == 200


async def test_a_guessed_secret_ends_the_session_it_was_guessed_for(api: httpx.AsyncClient) -> None:
    token = (await signed_in(api))["refresh_token"]
    user, session, _ = token.split(".")
    assert (await api.post("auth/refresh", json={"refresh_token": f"{user}.{session}.guess"})).status_code == 401
    assert (await api.post("auth/refresh", json={"refresh_token": token})).status_code == 401


@pytest.mark.parametrize("token", ["x", "a.b", "a.b.c.d", "..", "a.b.c\n", "a.'--.c", "é.b.c", "x" * 1024])
async def test_what_is_no_refresh_token_is_refused(api: httpx.AsyncClient, token: str) -> None:
    assert refusal(await api.post("auth/refresh", json={"refresh_token": token})) == (401, "not_signed_in")


async def test_an_unknown_person_and_a_wrong_password_are_refused_in_the_same_words(api: httpx.AsyncClient) -> None:
    await api.post("auth/register", json=CREDENTIALS)
    wrong = await api.post("auth/login", json={**CREDENTIALS, "password": "wrong"})
    unknown = await api.post("auth/login", json={**CREDENTIALS, "email": "ben@heron.example"})
    for response in (wrong, unknown):
        assert refusal(response) == (401, "not_signed_in")
    assert wrong.json()["error"]["message"] == unknown.json()["error"]["message"]


async def test_an_address_is_registered_once_whatever_its_case(api: httpx.AsyncClient) -> None:
    await api.post("auth/register", json=CREDENTIALS)
    again = await api.post("auth/register", json={"email": " ada@heron.EXAMPLE ", "password": "another password"})
    assert refusal(again) == (409, "conflict")
    assert "ada" not in again.text.lower().replace("x-", "")


@pytest.mark.parametrize(("length", "status"), [(11, 400), (12, 201), (256, 201), (257, 400)])
async def test_a_password_has_bounds(api: httpx.AsyncClient, length: int, status: int) -> None:
    response = await api.post("auth/register", json={**CREDENTIALS, "password": "p" * length})
    assert response.status_code == status


@pytest.mark.parametrize(
    "email", ["ada", "@", "a@", "@b", "a b@c", "a@b@c", "a\r\nbcc: x@y", "a@b\x00", "x" * 65 + "@b"]
)
async def test_what_is_no_address_is_refused(api: httpx.AsyncClient, email: str) -> None:
    response = await api.post("auth/register", json={**CREDENTIALS, "email": email})
    assert refusal(response) == (400, "bad_request")


@pytest.mark.parametrize("body", [{}, {"email": "ada@heron.example"}, {"email": 1, "password": 2}, [], "x"])
async def test_a_body_that_does_not_fit_is_refused_without_repeating_it(api: httpx.AsyncClient, body: Any) -> None:
    assert refusal(await api.post("auth/login", json=body)) == (400, "bad_request")


async def test_nobody_registers_where_that_is_off(tmp_path: Path) -> None:
    async with guarded_house(tmp_path, sign_up="none") as api:
        assert refusal(await api.post("auth/register", json=CREDENTIALS)) == (403, "access_denied")
        assert (await api.post("auth/login", json=CREDENTIALS)).status_code == 401


async def test_there_is_no_way_in_by_a_key_where_none_is_set(tmp_path: Path) -> None:
    async with guarded_house(tmp_path, admin_key="") as api:
        assert (await api.get("knowledge/bases", headers=ADMIN)).status_code == 401
        assert (await api.get("knowledge/bases", headers=bearer("="))).status_code == 401


@pytest.mark.parametrize(
    "value", ["", "Bearer", "Basic YTpi", "Bearer a b", "Bearer a,b", "bearer\ta", "Bearer é".encode()]
)
async def test_a_header_of_another_form_is_refused(api: httpx.AsyncClient, value: str | bytes) -> None:
    response = await api.get("knowledge/bases", headers=[("authorization", value)])  # type: ignore[list-item]
    assert response.status_code in (400, 401)


def forged(known: dict[str, Any], **changes: Any) -> str:
    """Write a token for somebody who is there, with changes: `key` and `alg` of its signature, and of its claims."""
    kid, key = SIGNING_KEYS.split(":")
    now = datetime.now(UTC)
    claims = payload_of(AccessClaims("local", known["id"], 0, now, now + timedelta(minutes=15)))
    key, algorithm = changes.pop("key", key), changes.pop("alg", "HS256")
    return jwt.encode({**claims, **changes}, key, algorithm, headers={"kid": kid, "typ": KIND})


AGO, AHEAD = 1, 4_000_000_000


@pytest.mark.parametrize(
    "changes",
    [
        {"alg": "none", "key": None}, {"key": "k" * 32}, {"exp": AGO}, {"nbf": AHEAD}, {"iat": AHEAD},
        {"tenant": "stork"}, {"sub": "nobody"}, {"epoch": 1}, {"epoch": -1}, {"aud": "another"}, {"iss": "another"},
    ],
)  # fmt: skip
async def test_a_token_that_is_not_good_is_refused_in_one_sentence(
    api: httpx.AsyncClient, changes: dict[str, Any]
) -> None:
    known = (await api.get("me", headers=await header_of(api))).json()
    assert (await api.get("me", headers=bearer(forged(known)))).json() == known
    refused = await api.post("rag/query", json=QUESTION, headers=bearer(forged(known, **changes)))
    assert refusal(refused) == (401, "not_signed_in")
    assert refused.json()["error"]["message"] == "the token is not valid, or not any more; sign in again"
    assert refused.json()["error"]["details"] == {}


async def test_two_tokens_are_as_good_as_none(api: httpx.AsyncClient) -> None:
    assert (await api.get("knowledge/bases", headers=[*ADMIN.items(), *bearer("x").items()])).status_code == 401


async def test_a_token_of_a_megabyte_is_refused_and_the_next_request_answered(api: httpx.AsyncClient) -> None:
    try:
        response = await api.get("knowledge/bases", headers=bearer("x" * 1_000_000))
        assert response.status_code in (400, 401, 431)
    except httpx.TransportError as error:
        # A server may close the connection instead of reading on.
        assert not isinstance(error, httpx.TimeoutException)  # noqa: PT017
    assert (await api.get("health")).status_code == 200


async def test_a_token_of_entra_is_taken_beside_the_services_own(tmp_path: Path) -> None:
    entra = Entra()
    with LoopbackServer(entra.app) as server:
        entra.address = server.address
        settings = {"entra_tenant_id": TENANT, "entra_audience": AUDIENCE, "entra_authority": server.address}
        async with guarded_house(tmp_path, **settings) as api:
            header = bearer(entra.token(roles=["user"]))
            known = (await api.get("me", headers={**header, "x-tenant-id": TENANT})).json()
            assert (known["id"], known["tenant"], known["role"]) == ("ada", TENANT, "user")
            assert (await api.get("me", headers={**header, "x-tenant-id": "local"})).status_code == 403
            assert (await api.get("me", headers=bearer(entra.token(aud="another")))).status_code == 401
            assert (await api.get("me", headers=await header_of(api))).status_code == 200


async def test_the_command_line_signs_in_with_its_token(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = parser().parse_args(["smoke", "--url", "filled in below"])
    async with guarded_house(tmp_path) as api:
        arguments.url = f"http://{api.base_url.host}:{api.base_url.port}"
        assert await smoke(arguments, guarded(tmp_path)) == 1
        assert "sign in" in capsys.readouterr().out
        assert await smoke(arguments, guarded(tmp_path, knowledge_rag_token=ADMIN_KEY)) == 0
