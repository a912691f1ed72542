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
        assert month == pytest.approx(report["month_spent_usd"], rel=0.06)
        cost = next(each["cost_usd"] for each in stats["items"] if each["id"] == "priced")
        assert cost == pytest.approx(spent)
        row = await page.locator(".card.models tbody tr", has_text="priced").inner_text()
        assert amount(row) == pytest.approx(cost, rel=0.06)
        await visitor.keep("paid")
        assert await visitor.serious() == []
