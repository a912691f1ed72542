"""Usage and cost reports behind the real functions."""

import csv
import io
from pathlib import Path

import httpx
import pytest

from tests.functions.signing_in import ADMIN, guarded_house, header_of


async def test_usage_shows_the_callers_account_and_the_shared_ones(api: httpx.AsyncClient) -> None:
    answer = (await api.get("usage")).json()
    assert [(each["account"], each["period"]) for each in answer["own"]] == [
        ("user:local/local", "daily"),
        ("user:local/local", "monthly"),
    ]
    caps = {(each["account"], each["period"]): each["cap_usd"] for each in answer["shared"]}
    assert caps == {
        ("tenant:local", "daily"): None,
        ("tenant:local", "monthly"): None,
        ("global", "daily"): 5.0,
        ("global", "monthly"): 50.0,
    }


@pytest.mark.parametrize("period", ["daily", "weekly", "monthly"])
async def test_a_report_is_served_in_three_formats(api: httpx.AsyncClient, period: str) -> None:
    plain = await api.get("costs/report", params={"period": period})
    assert (plain.json()["period"], plain.json()["total"]["calls"]) == (period, 0)
    table = await api.get("costs/report", params={"period": period, "format": "csv"})
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert next(csv.reader(io.StringIO(table.text)))[0] == "list"
    page = await api.get("costs/report", params={"period": period, "format": "html"})
    assert page.text.startswith("<!doctype html>")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("query", [{"period": "yearly"}, {"format": "pdf"}, {"period": "../daily"}])
async def test_a_report_that_is_none_is_refused(api: httpx.AsyncClient, query: dict[str, str]) -> None:
    assert (await api.get("costs/report", params=query)).status_code == 400


@pytest.mark.parametrize("route", ["usage", "costs/report"])
async def test_who_comes_for_another_tenant_sees_nothing(api: httpx.AsyncClient, route: str) -> None:
    assert (await api.get(route, headers={"X-Tenant-ID": "other"})).status_code == 403


async def test_both_routes_are_described(api: httpx.AsyncClient) -> None:
    paths = (await api.get("openapi.json")).json()["paths"]
    assert [each["name"] for each in paths["/api/v1/costs/report"]["get"]["parameters"]] == ["period", "format"]
    assert "/api/v1/usage" in paths


async def test_who_does_not_run_the_service_sees_their_own_account_alone(tmp_path: Path) -> None:
    async with guarded_house(tmp_path) as api:
        guest = await header_of(api)
        answer = (await api.get("usage", headers=guest)).json()
        assert (len(answer["own"]), answer["shared"]) == (2, [])
        assert (await api.get("costs/report", headers=guest)).status_code == 403
        assert (await api.get("costs/report")).status_code == 401
        assert (await api.get("costs/report", headers=ADMIN)).status_code == 200
        assert len((await api.get("usage", headers=ADMIN)).json()["shared"]) == 4
