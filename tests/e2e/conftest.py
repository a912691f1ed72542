"""A served house that asks for sign-in, and a browser to visit it with."""

import re
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route

from tests.functions.signing_in import ADMIN_KEY, SIGNING_KEYS
from tests.parts.chromium import AXE, CHROMIUM, SCRIPT, chromium
from tests.parts.fixtures import there
from tests.parts.running import free_port, running

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = Path(__file__).parent / "screenshots"

PATIENCE = 60_000
"""Milliseconds that a condition may take to come true; a machine with much else to do is slow."""

NARROW = {"width": 390, "height": 844}
WIDE = {"width": 1280, "height": 860}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a house that is empty at first and asks for sign-in."""
    there(CHROMIUM)
    settings = {
        "PORT": str(free_port()),
        "DATA_DIR": str(tmp_path_factory.mktemp("house")),
        "EMBEDDER": "none",
        "SCAN_SECONDS": "0.1",
        "SIGN_IN": "on",
        "SIGN_UP": "user",
        "SIGNING_KEYS": SIGNING_KEYS,
        "ADMIN_KEY": ADMIN_KEY,
        "RATE_PER_MINUTE": "inf",
        "ADDRESS_RATE_PER_MINUTE": "inf",
        "SIGN_IN_RATE_PER_MINUTE": "inf",
        "PYTHONUNBUFFERED": "1",
    }
    command = (sys.executable, "-m", "infra.local.command_line", "serve")
    with running(command, ROOT, r"Serving on (http://[\d.:]+)", settings, seconds=110) as announced:
        yield announced[1]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """A headless browser."""
    there(CHROMIUM)
    async with chromium() as started:
        yield started


@dataclass
class Visitor:
    """Somebody at the page. `complaints` are what the browser objects to: scripts that fail, the policy broken."""

    page: Page
    house: str
    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    async def keep(self, name: str) -> None:
        """Keep a picture of what is seen."""
        await self.page.screenshot(path=SCREENSHOTS / f"{name}.png", animations="disabled")

    async def serious(self) -> list[str]:
        """Return what axe-core finds serious or critical in what is seen; skips where axe-core is not there."""
        there(AXE)
        if not await self.page.evaluate("typeof axe === 'object'"):
            await self.page.evaluate(SCRIPT.read_text(encoding="utf-8"))
        found = await self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [written(each) for each in found["violations"] if each["impact"] in ("serious", "critical")]

    async def sign_in_with_key(self) -> None:
        """Sign in as the first administrator."""
        await self.page.goto(self.house)
        await self.page.get_by_role("button", name=re.compile("access key|访问密钥")).click()
        await self.page.locator("input[name=key]").fill(ADMIN_KEY)
        await self.page.locator("dialog .main").click()
        await self.page.locator("#question").wait_for()

    async def go(self, view: str) -> None:
        """Open a view by its place in the rail, through the menu where the screen is narrow."""
        menu = self.page.locator(".rail .only-narrow")
        if await menu.is_visible():
            await menu.click()
        await self.page.locator(f'.rail nav a[href="{view}"]').click()

    async def ask(self, question: str) -> None:
        """Ask, and wait for the whole answer."""
        before = await self.page.locator(".answer").count()
        await self.page.locator("#question").fill(question)
        await self.page.keyboard.press("Enter")
        await self.page.locator('.answer[aria-busy="false"]').nth(before).wait_for()


def written(violation: dict[str, Any]) -> str:
    """Write a finding of axe-core in one line."""
    return f"{violation['id']} ({violation['impact']}): " + "; ".join(each["html"] for each in violation["nodes"])[:400]


@asynccontextmanager
async def visiting(browser: Browser, house: str, **options: Any) -> AsyncIterator[Visitor]:
    """Visit the house; on leaving, nothing may have gone wrong and nobody else may have been asked."""
    context = await browser.new_context(**{"viewport": WIDE, "locale": "en-GB", **options})
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    visitor = Visitor(page, house)
    page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
    page.on("console", lambda said: visitor.complaints.append(said.text) if "Policy" in said.text else None)

    async def watched(route: Route) -> None:
        if not route.request.url.startswith(house):
            visitor.elsewhere.append(route.request.url)
            await route.abort()
        else:
            await route.fallback()

    await context.route("**/*", watched)
    try:
        yield visitor
        assert (visitor.complaints, visitor.elsewhere) == ([], [])
    finally:
        await context.close()
