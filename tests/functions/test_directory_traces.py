"""People whom another directory signs in: what they left is exported and erased, and their account is not ours."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.settings import Settings
from tests.fakes.entra import AUDIENCE, TENANT, Entra
from tests.fakes.loopback import LoopbackServer
from tests.functions.azure_house import Services, azure, blob_service, gremlin, settings
from tests.functions.conftest import served, with_settings
from tests.functions.signing_in import ADMIN, bearer, guarded_house, header_of
from tests.functions.test_personal_traces import MARK, STAYING, check_export, holding, kept, lived

__all__ = ["azure", "blob_service", "gremlin", "settings"]

ADA, BEN = "a0000000-1111-2222-3333-444444444444", "b0000000-1111-2222-3333-444444444444"


@pytest.fixture
def entra() -> Iterator[Entra]:
    """A directory that the house takes tokens of."""
    directory = Entra()
    with LoopbackServer(directory.app) as server:
        directory.address = server.address
        yield directory


def taking(entra: Entra) -> dict[str, str]:
    """Return the settings of a house that takes its tokens."""
    return {"entra_tenant_id": TENANT, "entra_audience": AUDIENCE, "entra_authority": entra.address}


def of(entra: Entra, oid: str = ADA, role: str = "user") -> dict[str, str]:
    """Return the header of somebody of the directory."""
    return bearer(entra.token(oid=oid, roles=[role]))


async def check_life(api: httpx.AsyncClient, left: dict[str, str]) -> None:
    """Check that all of a life is exported and erased, and that the answers say whose the account is."""
    export = (await api.get("me/export")).json()
    assert (export["id"], export["tenant"], export["user"], export["sessions"]) == (ADA, TENANT, None, [])
    check_export(export, left)
    erased = await api.delete("me")
    assert (erased.status_code, erased.json()) == (200, {"account": "in_directory"})


async def check_new_life(api: httpx.AsyncClient) -> None:
    """Check that whoever comes again, since the directory knows them still, begins with nothing but their trail."""
    export = (await api.get("me/export")).json()
    assert [each["deed"] for each in export.pop("audit")] == ["relabelled", "exported", "traces_erased", "exported"]
    assert {name: value for name, value in export.items() if value} == {"id": ADA, "tenant": TENANT}


async def test_a_life_of_the_directory_is_exported_whole_and_its_bytes_go(tmp_path: Path, entra: Entra) -> None:
    async with guarded_house(tmp_path, **taking(entra)) as api:
        await check_life(api, await lived(api, of(entra)))
        rows = (await api.get("audit", headers=of(entra, BEN, "admin"))).json()["items"]
        assert [(each["who"], each["about"], each["deed"]) for each in rows][-1] == (ADA, ADA, "traces_erased")
    assert {place for place, text in kept(tmp_path / "house") if ADA in text} == set(STAYING)
    assert [each.name for each in holding(tmp_path, MARK)] == []
    assert {each.stem for each in holding(tmp_path, ADA)} == {file for file, _ in STAYING}


async def test_a_life_of_the_directory_in_azure_is_exported_whole_and_goes(
    settings: Settings, azure: Services, entra: Entra
) -> None:
    azure.models.answer = f"The {MARK} was written by Ada Quill [1]."
    async with served(with_settings(settings, **taking(entra))) as api:
        await api.get("startup")
        await check_life(api, await lived(api, of(entra)))
        held = {name: str(azure.state.items("knowledge", name)) for name in azure.state.databases["knowledge"]}
        assert {name for name, items in held.items() if ADA in items} <= {"audit", "tally"}
        assert [name for name, items in held.items() if MARK in items] == []
        await check_new_life(api)


async def test_whoever_comes_again_from_the_directory_begins_with_nothing(tmp_path: Path, entra: Entra) -> None:
    async with guarded_house(tmp_path, **taking(entra)) as api:
        await check_life(api, await lived(api, of(entra)))
        await check_new_life(api)


async def test_nothing_of_anybody_else_goes_with_somebody_of_the_directory(tmp_path: Path, entra: Entra) -> None:
    async with guarded_house(tmp_path, **taking(entra), home_tenant=TENANT) as api:
        await api.post("knowledge/bases", json={"name": "Default"}, headers=ADMIN)
        own = await header_of(api)
        for header in (of(entra, BEN), own, of(entra)):
            assert (await api.post("conversations", json={}, headers=header)).status_code == 201
        assert (await api.delete("me", headers=of(entra))).json() == {"account": "in_directory"}
        for header, talks in ((of(entra, BEN), 1), (own, 1), (of(entra), 0)):
            export = (await api.get("me/export", headers=header)).json()
            assert (export["id"], len(export["conversations"])) == ((await me_of(api, header))["id"], talks)
        assert (await api.delete("me", headers=own)).json() == {"account": "erased"}
        assert (await api.get("me", headers=own)).status_code == 401


async def me_of(api: httpx.AsyncClient, header: dict[str, str]) -> Any:
    return (await api.get("me", headers=header)).json()


async def test_a_key_is_nobody_in_a_house_that_has_a_directory_too(tmp_path: Path, entra: Entra) -> None:
    async with guarded_house(tmp_path, **taking(entra), home_tenant=TENANT) as api:
        assert (await api.get("me/export", headers=ADMIN)).status_code == 404
        assert (await api.delete("me", headers=ADMIN)).status_code == 404


async def test_who_runs_the_service_sees_what_somebody_of_the_directory_spent(tmp_path: Path, entra: Entra) -> None:
    async with guarded_house(tmp_path, **taking(entra), user_daily_budget_usd=3) as api:
        admin, ada = of(entra, BEN, "admin"), of(entra)
        own = (await api.get("usage", headers=ada)).json()["own"]
        shown = (await api.get("usage", params={"user": ADA}, headers=admin)).json()["own"]
        assert {each["account"] for each in own + shown} == {f"user:{TENANT}/{ADA}"}
        # The budget of their role is known when they come, since their token says it.
        assert [each["cap_usd"] for each in own] == [3.0, 100.0]
        assert [each["cap_usd"] for each in shown] == [3.0, None]
        assert (await api.get("usage", params={"user": BEN}, headers=ada)).status_code == 403
