"""The first ten minutes: sign in, upload, wait, ask in both languages, cite, explore, read the figures."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.conftest import NARROW, PATIENCE, ROOT, Visitor, visiting

pytestmark = pytest.mark.asyncio(loop_scope="module")
expect.set_options(timeout=PATIENCE)

FILES = [
    ROOT / "samples/company" / name
    for name in ("tern-3-specification.pdf", "incident-report-IR-2025-08.docx", "员工手册.html", "company-profile.md")
]
ENGLISH = "Which plant builds the Tern-3 buoy, and who leads that plant?"
CHINESE = "新员工入职第一个月须到哪里参加浮标下水？"


async def prepared(visitor: Visitor) -> None:
    """Sign in, make a knowledge base where there is none, and bring the documents in."""
    page = visitor.page
    await visitor.sign_in_with_key()
    await visitor.go("/documents")
    await page.locator("#view-title").wait_for()
    if not await page.locator(".drop").is_visible():
        await page.locator(".view-head .main").click()
        await page.locator("dialog input[name=name]").fill("Heronmark")
        await page.locator("dialog .main").click()
        await page.locator(".drop").wait_for()
    await page.locator("#picker").set_input_files(FILES)
    for file in FILES:
        await page.locator('.document[data-status="ready"]', has_text=file.name).wait_for()
    await expect(page.locator('.document:not([data-status="ready"])')).to_have_count(0)


@pytest.mark.timeout(300)
async def test_the_first_ten_minutes(browser: Browser, house: str) -> None:
    async with visiting(browser, house) as visitor:
        page, found = visitor.page, {}
        await page.goto(house)
        await page.locator("dialog.gate").wait_for()
        await visitor.keep("sign-in")
        found["sign-in"] = await visitor.serious()
        await prepared(visitor)
        await visitor.keep("documents")
        found["documents"] = await visitor.serious()

        await visitor.go("/")
        await page.locator(".suggestion").first.wait_for()
        found["welcome"] = await visitor.serious()
        await visitor.ask(ENGLISH)
        await expect(page.locator(".answer").last).to_contain_text("Shiqiao")
        await expect(page.locator(".figures summary")).to_contain_text("$0.00")
        await page.locator("button.cite").first.click()
        await expect(page.locator("dialog mark").first).to_contain_text("Shiqiao")
        await visitor.keep("citation")
        found["citation"] = await visitor.serious()
        await page.keyboard.press("Escape")
        await expect(page.locator("button.cite").first).to_be_focused()
        await visitor.ask(CHINESE)
        await expect(page.locator(".answer").last).to_contain_text("石峤工厂码头")
        await page.locator(".figures summary").last.click()
        await visitor.keep("ask")
        found["ask"] = await visitor.serious()

        await visitor.go("/graph")
        await page.locator(".dot").first.wait_for()
        await page.locator("#entity").fill("Tern-3")
        await page.keyboard.press("Enter")
        await expect(page.locator(".graph-side h2")).to_have_text("Tern-3")
        await page.locator(".dot.chosen").wait_for()
        neighbour = page.locator(".dot:not(.chosen)").first
        await neighbour.focus()
        name = await neighbour.get_attribute("aria-label")
        await page.keyboard.press("Enter")
        await expect(page.locator(".graph-side h2")).to_have_text(name or "")
        await visitor.keep("graph")
        found["graph"] = await visitor.serious()
        await page.locator(".relation").first.click()
        await page.locator("dialog.sheet").wait_for()
        await visitor.keep("evidence")
        found["evidence"] = await visitor.serious()
        await page.keyboard.press("Escape")

        await visitor.go("/overview")
        await expect(page.locator(".health .state")).to_have_count(await page.locator(".health li").count())
        await expect(page.locator(".card.budgets")).to_contain_text("of $5.00")
        await expect(page.locator(".card.performance .bars").first).to_contain_text("extractive")
        await visitor.keep("overview")
        found["overview"] = await visitor.serious()
        assert {view: each for view, each in found.items() if each} == {}

        await page.locator("select.role").select_option("guest")
        await expect(page.locator(".cards .card")).to_have_count(1)
        await expect(page.locator('.rail nav a[href="/graph"]')).to_have_count(0)
        await page.locator("select.role").select_option("admin")
        await expect(page.locator(".card.health")).to_be_visible()


@pytest.mark.timeout(300)
async def test_the_same_in_chinese_in_the_dark_and_on_a_phone(browser: Browser, house: str) -> None:
    options = {"viewport": NARROW, "locale": "zh-CN", "color_scheme": "dark", "has_touch": True, "is_mobile": True}
    async with visiting(browser, house, **options) as visitor:
        page, found = visitor.page, {}
        await prepared(visitor)
        await visitor.keep("phone-documents")
        found["documents"] = await visitor.serious()
        await visitor.go("/")
        await visitor.ask(CHINESE)
        await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
        await expect(page.locator(".answer .sources h3")).to_have_text("来源")
        await visitor.keep("phone-ask")
        found["ask"] = await visitor.serious()
        await visitor.go("/graph")
        await page.locator("#entity").fill("燕鸥三号浮标")
        await page.locator(".search .main").click()
        await page.locator(".relation").first.wait_for()
        await visitor.keep("phone-graph")
        found["graph"] = await visitor.serious()
        await visitor.go("/overview")
        await page.locator(".card.health").wait_for()
        await visitor.keep("phone-overview")
        found["overview"] = await visitor.serious()
        wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide
        await page.locator(".rail .only-narrow").click()
        await page.get_by_role("button", name=re.compile("English")).click()
        await expect(page.locator("#view-title")).to_have_text("Costs & health")
        assert {view: each for view, each in found.items() if each} == {}


LINE = {"calls": 40, "tokens": {"input": 9000, "cached": 2000, "output": 900, "reasoning": 0}}
DAYS = [0.12, 0.4, 0.0, 1.31, 0.87, 0.05, 0.66]
REPORT = {
    "period": "weekly",
    "last": "2026-11-25",
    "month_spent_usd": 3.41,
    "month_forecast_usd": 5.2,
    "days": [{**LINE, "name": f"2026-11-{19 + day}", "cost_usd": cost} for day, cost in enumerate(DAYS)],
    "models": [{**LINE, "name": "a-large-model", "cost_usd": 3.1}, {**LINE, "name": "a-small-one", "cost_usd": 0.31}],
}  # fmt: skip


@pytest.mark.timeout(300)
async def test_what_was_spent_is_drawn_by_day_and_by_model(browser: Browser, house: str) -> None:
    async with visiting(browser, house, color_scheme="dark", locale="zh-CN") as visitor:
        page = visitor.page
        await visitor.sign_in_with_key()
        await page.route("**/api/v1/costs/report*", lambda route: route.fulfill(json=REPORT))
        await visitor.go("/overview")
        await expect(page.locator(".columns tr")).to_have_count(len(DAYS) + 1)
        spilt = "all => all.filter(each => each.scrollWidth > each.clientWidth).map(each => each.className)"
        assert await page.locator(".card").evaluate_all(spilt) == []
        heights = await page.locator(".columns .bar").evaluate_all("all => all.map(each => each.clientHeight)")
        assert heights.index(max(heights)) == DAYS.index(max(DAYS))
        await expect(page.locator(".card.spend .bars")).to_contain_text("a-small-one")
        await expect(page.locator(".card.spend")).to_contain_text("$5.20")
        await visitor.keep("spend")
        assert await visitor.serious() == []
