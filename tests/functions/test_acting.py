"""Acting in a lesser role for one request."""

from pathlib import Path

import httpx
import pytest

from tests.functions.signing_in import ADMIN, guarded_house, header_of


def acting(role: str) -> dict[str, str]:
    return {"x-role": role}


@pytest.mark.parametrize(
    ("role", "statuses"), [("admin", (200, 201, 200)), ("user", (200, 201, 403)), ("guest", (403, 403, 403))]
)
async def test_an_administrator_has_the_features_of_the_role_that_is_named(
    api: httpx.AsyncClient, role: str, statuses: tuple[int, ...]
) -> None:
    answers = (
        await api.get("knowledge/bases/default/graph", headers=acting(role)),
        await api.post("knowledge/bases", json={"name": "Acted"}, headers=acting(role)),
        await api.get("metrics", headers=acting(role)),
    )
    assert tuple(each.status_code for each in answers) == statuses
    assert (await api.get("me", headers=acting(role))).json()["role"] == role


@pytest.mark.parametrize("role", ["", "root", "ADMIN", "background", "admin, guest"])
async def test_what_is_no_role_is_refused(api: httpx.AsyncClient, role: str) -> None:
    answer = await api.get("me", headers=acting(role))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")


async def test_two_roles_at_once_are_refused(api: httpx.AsyncClient) -> None:
    answer = await api.get("me", headers=[("x-role", "guest"), ("x-role", "admin")])
    assert answer.status_code == 400


async def test_nobody_rises_above_their_own_role(tmp_path: Path) -> None:
    async with guarded_house(tmp_path, sign_up="user") as api:
        user = await header_of(api)
        statuses = {
            role: (await api.get("me", headers={**user, **acting(role)})).status_code
            for role in ("admin", "user", "guest")
        }
        assert statuses == {"admin": 403, "user": 200, "guest": 200}
        assert (await api.get("metrics", headers={**user, **acting("admin")})).status_code == 403
        assert (await api.get("metrics", headers={**ADMIN, **acting("admin")})).status_code == 200
        assert (await api.get("me", headers=acting("guest"))).status_code == 401
