"""An upload that is cut in the middle, and the dashboard after questions that were really paid."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Route, expect

from tests.e2e.conftest import PATIENCE, ROOT, visiting
from tests.e2e.cutting import cutting
from tests.fakes.openai_server import KEY, OpenAIServer
from tests.parts.chromium import CHROMIUM
from tests.parts.fixtures import there
from tests.parts.running import free_port, running

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]
expect.set_options(timeout=PATIENCE)

LAMPS = b"# Lamps\n\n" + b"The Skerry lamp was lit by Ada Quill in 1911. " * 6000


@pytest.fixture(scope="module")
def priced_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A house without sign-in whose answers a model writes, which costs money."""
    there(CHROMIUM)
    with OpenAIServer("The lamp was lit by Ada Quill [1].") as model:
        settings = {
            "PORT": str(free_port()),
            "DATA_DIR": str(tmp_path_factory.mktemp("priced")),
            "EMBEDDER": "none",
            "CHAT_BASE_URL": model.base_url,
            "CHAT_API_KEY": KEY,
            "CHAT_MODEL": "priced",
            "CHAT_INPUT_PRICE": "50",
            "CHAT_OUTPUT_PRICE": "50",
            "RATE_PER_MINUTE": "inf",
            "ADDRESS_RATE_PER_MINUTE": "inf",
            "PYTHONUNBUFFERED": "1",
        }
        command = (sys.executable, "-m", "infra.local.command_line", "serve")
        with running(command, ROOT, r"Serving on (http://[\d.:]+)", settings, seconds=110) as announced:
            yield announced[1]


async def test_an_upload_that_is_cut_leaves_no_document_and_works_again(
    browser: Browser, house: str, tmp_path: Path
) -> None:
    async with visiting(browser, house) as visitor, cutting(house, len(LAMPS) // 2) as broken:
        page = visitor.page
        await visitor.sign_in_with_key()
        await visitor.go("/documents")
        await page.get_by_role("button", name="New knowledge base").first.click()
        await page.locator("dialog input[name=name]").fill("Cut")
        await page.locator("dialog .main").click()
        await expect(page.locator("#view-title")).to_have_text("Cut")

        async def cut(route: Route) -> None:
            await route.continue_(url=f"{broken}/api/v1/knowledge/upload")

        await page.route("**/api/v1/knowledge/upload*", cut)
        file = tmp_path / "lamps.md"
        file.write_bytes(LAMPS)
        await page.locator("#picker").set_input_files(file)
        await page.get_by_role("button", name="Try again").wait_for()
        await expect(page.locator(".document .reason.bad")).to_contain_text("cannot be reached")
        await expect(page.locator('.document:not([data-status="failed"])')).to_have_count(0)
        await visitor.keep("cut")
        assert await visitor.serious() == []
        await page.reload()
        await page.locator(".drop").wait_for()
        await expect(page.locator('.document:not([data-status="failed"])')).to_have_count(0)
        await page.unroute("**/api/v1/knowledge/upload*")
        await page.locator("#picker").set_input_files(file)
        await page.locator('.document[data-status="ready"]', has_text="lamps.md").wait_for()
        await expect(page.locator(".document")).to_have_count(1)


async def test_refusals_and_failures_are_said_in_chinese(browser: Browser, house: str) -> None:
    async with visiting(browser, house, locale="zh-CN") as visitor:
        page = visitor.page
        await visitor.sign_in_with_key()
        await visitor.go("/documents")
        for _ in range(2):
            await page.get_by_role("button", name="新建知识库").first.click()
            await page.locator("dialog input[name=name]").fill("Refused")
            await page.locator("dialog .main").click()
            await page.locator("dialog").wait_for(state="detached")
        await expect(page.locator(".toast")).to_have_text("已有知识库“refused”，请另取名称。")
        await page.locator(".toast button").click()
        await expect(page.locator("#view-title")).to_have_text("Refused")
        for name, content in {"broken.pdf": b"%PDF-1.4 no more", "photo.png": b"\x89PNG\r\n", "empty.md": b" "}.items():
            kind = "application/octet-stream"
            await page.locator("#picker").set_input_files({"name": name, "mimeType": kind, "buffer": content})
            await page.locator('.document[data-status="failed"]', has_text=name).wait_for()
        reasons = page.locator(".document .reason.bad")
        await expect(reasons).to_have_count(3)
        for text in ("文件已损坏", "不支持此文件格式", "没有找到文字"):
            await expect(reasons.filter(has_text=text)).to_have_count(1)
        await page.locator("#picker").set_input_files(
            {"name": "files.zip", "mimeType": "application/zip", "buffer": b"PK\x03\x04 no archive"}
        )
        await expect(reasons.filter(has_text="files.zip: 文件已损坏")).to_have_count(1)
        await visitor.keep("refused-zh")
        assert await visitor.serious() == []


async def told(house: str, path: str) -> Any:
    """Ask the service itself."""
    async with httpx.AsyncClient(base_url=f"{house}/api/v1/", timeout=60) as api:
        return (await api.get(path)).raise_for_status().json()


def amount(text: str) -> float:
    """Read the dollars in a text."""
    found = re.search(r"\$([\d.]+)", text)
    assert found, text
    return float(found[1])


async def test_the_dashboard_shows_what_was_really_spent(browser: Browser, priced_house: str) -> None:
    async with visiting(browser, priced_house) as visitor:
        page = visitor.page
        await page.goto(priced_house)
        await visitor.go("/documents")
        await page.locator(".view-head .main").click()
        await page.locator("dialog input[name=name]").fill("Paid")
        await page.locator("dialog .main").click()
        await expect(page.locator("#view-title")).to_have_text("Paid")
        await page.locator("#picker").set_input_files(
            {"name": "lamps.md", "mimeType": "text/markdown", "buffer": LAMPS[:200]}
        )
        await page.locator('.document[data-status="ready"]').wait_for()
        await visitor.go("/")
        await visitor.ask("Who lit the Skerry lamp?")
        await expect(page.locator(".answer")).to_contain_text("Ada Quill")
        asked = amount(await page.locator(".figures summary").inner_text())
        await visitor.go("/overview")
        await expect(page.locator(".card.models")).to_contain_text("priced")
        usage, stats = await told(priced_house, "usage"), await told(priced_house, "models/stats")
        report = await told(priced_house, "costs/report?period=weekly")
        spent = next(
            each["spent_usd"] for each in usage["shared"] if (each["account"], each["period"]) == ("global", "daily")
        )
        assert spent > 0
        assert asked == pytest.approx(spent, rel=0.06)
        columns = page.locator(".card.spend .columns tr")
        await expect(columns).to_have_count(len(report["days"]) + 1)
        assert amount(await columns.last.get_attribute("title") or "") == pytest.approx(spent, rel=0.06)
        shown = [amount(await each.inner_text()) for each in await page.locator(".card.spend .columns .figure").all()]
        assert shown[:-1] == pytest.approx([each["cost_usd"] for each in report["days"]], rel=0.06)
        month = amount(await page.locator(".card.spend .faint").first.inner_text())
        assert month == pytest.approx(spent, rel=0.06)
        cost = next(each["cost_usd"] for each in stats["items"] if each["id"] == "priced")
        assert cost == pytest.approx(spent)
        row = await page.locator(".card.models tbody tr", has_text="priced").inner_text()
        assert amount(row) == pytest.approx(cost, rel=0.06)
        await visitor.keep("paid")
        assert await visitor.serious() == []


async def test_a_month_that_begins_shows_what_today_cost_and_says_what_comes_tomorrow(
    browser: Browser, priced_house: str
) -> None:
    last_month = [{"name": f"2026-11-{day:02}", "cost_usd": 1.0} for day in range(1, 31)]
    report = {
        "last": "2026-11-30",
        "days": last_month,
        "models": [{"name": "priced", "cost_usd": 30.0}],
        "month_spent_usd": 30.0,
        "month_forecast_usd": 30.0,
    }
    budgets = [
        {"account": "global", "period": period, "spent_usd": 0.25, "reserved_usd": 0.0, "cap_usd": 5.0}
        for period in ("daily", "monthly")
    ]

    async with visiting(browser, priced_house) as visitor:
        page = visitor.page

        async def told_then(route: Route) -> None:
            reports = "costs/report" in route.request.url
            await route.fulfill(json=report if reports else {"own": [], "shared": budgets})

        await page.route(re.compile("/api/v1/(costs/report|usage)"), told_then)
        await page.goto(priced_house)
        await visitor.go("/overview")
        card = page.locator(".card.spend")
        await expect(card.locator(".columns tr")).to_have_count(31)
        await page.locator("#span").select_option("monthly")
        await expect(card.locator(".columns tr")).to_have_count(1)
        await expect(card.locator(".columns tr")).to_have_attribute("title", "Today: $0.25")
        await expect(card).to_contain_text("This month so far $0.25.")
        await expect(card).to_contain_text("The first figures of this month come tomorrow")
        await expect(card).not_to_contain_text("$30")
        await visitor.keep("month-begins")
        report |= {"last": "2026-12-01", "days": [{"name": "2026-12-01", "cost_usd": 2.0}], "month_forecast_usd": 62.0}
        await page.get_by_role("button", name="Refresh").click()
        await expect(card.locator(".columns tr")).to_have_count(2)
        await expect(card).to_contain_text("$62.00 expected")
