"""What the house on Azure keeps elsewhere: its signing keys in the vault, its cost reports among the blobs."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt

from functions.bootstrap import services
from infra.azure.blob_files import BlobFiles
from infra.signing.access_tokens import KIND, payload_of
from shared.domain.errors import NotFound
from shared.domain.users import AccessClaims
from shared.money.cost_report import Span
from shared.services.cost_reports import Format, path
from shared.settings import Settings
from tests.functions.azure_house import Services, azure, blob_service, gremlin, settings
from tests.functions.conftest import served
from tests.functions.signing_in import PASSWORD, bearer

__all__ = ["azure", "blob_service", "gremlin", "settings"]

OLD, NEW, FOREIGN = (letter * 32 for letter in "onf")
ADA = {"email": "ada@heron.example", "password": PASSWORD}


def written(known: dict[str, Any], kid: str, key: str) -> str:
    """Write a token for somebody, as another instance would."""
    now = datetime.now(UTC)
    claims = AccessClaims(known["tenant"], known["id"], 0, now, now + timedelta(minutes=15))
    return jwt.encode(payload_of(claims), key, "HS256", headers={"kid": kid, "typ": KIND})


async def token_of(api: httpx.AsyncClient) -> str:
    """Sign in and return the access token."""
    return str((await api.post("auth/login", json=ADA)).json()["access_token"])


async def test_the_vault_has_the_signing_keys_and_a_rotation_there_is_taken_up_at_once(
    settings: Settings, azure: Services
) -> None:
    azure.vault.secrets["signing-keys"] = f"old:{OLD}"
    async with served(replace(settings, signing_keys="secret:signing-keys")) as api:
        await api.get("startup")
        assert (await api.post("users", json={**ADA, "role": "guest"})).status_code == 201
        before = await token_of(api)
        known = (await api.get("me", headers=bearer(before))).json()
        assert jwt.get_unverified_header(before)["kid"] == "old"
        azure.vault.secrets["signing-keys"] = f"old:{OLD} new:{NEW}"
        assert (await api.get("me", headers=bearer(written(known, "new", NEW)))).json() == known
        assert (await api.get("me", headers=bearer(before))).json() == known
        assert jwt.get_unverified_header(await token_of(api))["kid"] == "new"
        for kid in ("old", "new", "another"):
            assert (await api.get("me", headers=bearer(written(known, kid, FOREIGN)))).status_code == 401


async def kept_at(files: BlobFiles, place: str) -> bytes:
    """Wait until the timer has written a file, and return it."""
    while True:
        try:
            return (await files.read(place)).content
        except NotFound:
            await asyncio.sleep(0.05)


async def test_cost_reports_are_written_to_blobs_and_given_out_from_there(settings: Settings, azure: Services) -> None:
    async with served(settings) as api:
        await api.get("startup")
        done = await api.post(str(api.base_url.copy_with(path="/admin/functions/write_cost_reports")), json={})
        assert done.status_code == 202, done.text
        reports = services().cost_reports
        assert isinstance(reports.files, BlobFiles)
        last = (datetime.now(UTC) - timedelta(days=1)).date()
        for span in Span:
            for form in Format:
                kept = await kept_at(reports.files, path(span, last, form))
                shown = await api.get("costs/report", params={"period": span, "format": form})
                assert (shown.status_code, shown.content) == (200, kept)
