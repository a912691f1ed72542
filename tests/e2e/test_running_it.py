"""What those see who run the service: people, the trail, settings, labels, reading anew, the description of the API."""

import asyncio
import re

import pytest
from playwright.async_api import Browser, Route, expect

from tests.e2e.conftest import NARROW, PATIENCE, Visitor, visiting

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]
expect.set_options(timeout=PATIENCE)

PHONE = {"viewport": NARROW, "locale": "zh-CN", "color_scheme": "dark", "has_touch": True, "is_mobile": True}
LAMPS = b"# Lamps\n\nThe Skerry lamp was lit by Ada Quill in 1911.\n"


async def with_base(visitor: Visitor, name: str) -> None:
    """Sign in as the administrator and make a base with one document that is ready."""
    page = visitor.page
    await visitor.sign_in_with_key()
    await visitor.go("/documents")
    await page.get_by_role("button", name=re.compile("New knowledge base|新建知识库")).first.click()
    await page.locator("dialog input[name=name]").fill(name)
    await page.locator("dialog .main").click()
    await expect(page.locator("#view-title")).to_have_text(name)
    await page.locator("#picker").set_input_files({"name": "lamps.md", "mimeType": "text/markdown", "buffer": LAMPS})
    await page.locator('.document[data-status="ready"]', has_text="lamps.md").wait_for()


async def too_wide(visitor: Visitor) -> bool:
    """Say whether the page has to be moved sideways."""
    return bool(await visitor.page.evaluate("document.documentElement.scrollWidth") > NARROW["width"])


async def test_an_administrator_adds_people_changes_them_and_reads_the_trail(browser: Browser, house: str) -> None:
    async with visiting(browser, house) as visitor:
        page = visitor.page
        await visitor.sign_in_with_key()
        await visitor.go("/people")
        await page.get_by_role("button", name="Add a person").click()
        await page.locator("dialog input[name=email]").fill("zoe@heron.example")
        await page.locator("dialog input[name=password]").fill("correct horse battery")
        await page.locator("dialog .main").click()
        row = page.locator('[data-person="zoe@heron.example"]')
        await expect(row.locator(".state")).to_have_text("May sign in")
        await row.locator("select").select_option("guest")
        await expect(page.locator("#announcer")).to_have_text("zoe@heron.example was changed.")
        await row.get_by_role("button", name="Groups of").click()
        await page.locator("dialog input[name=groups]").fill("keepers, pilots")
        await page.locator("dialog .main").click()
        await expect(row).to_contain_text("keepers, pilots")
        await row.get_by_role("button", name="Disable").click()
        await page.locator("dialog .danger").click()
        await expect(row.locator(".state")).to_have_text("Disabled")
        await expect(row.locator("select")).to_have_value("guest")
        trail = page.locator("tbody tr", has_text="zoe@heron.example").filter(has=page.locator("code"))
        await expect(trail.filter(has_text="disabled")).to_have_count(1)
        await expect(trail.filter(has_text="added")).to_have_count(1)
        await visitor.keep("people")
        assert await visitor.serious() == []
        await row.get_by_role("button", name="Enable").click()
        await expect(row.locator(".state")).to_have_text("May sign in")
        await page.locator("select.role").select_option("user")
        await expect(page.locator('.rail nav a[href="/people"]')).to_have_count(0)
        await expect(page.locator(".people .notice.bad")).to_be_visible()


async def test_a_base_is_set_up_and_its_documents_read_anew(browser: Browser, house: str) -> None:
    async with visiting(browser, house) as visitor:
        page = visitor.page
        await with_base(visitor, "Lamps")
        await page.get_by_role("button", name="Settings").click()
        await page.locator("dialog input[name=chunk_tokens]").fill("200")
        await page.locator("dialog input[name=chunk_overlap]").fill("20")
        await page.locator("dialog select[name=language]").select_option("zh")
        await visitor.keep("settings")
        assert await visitor.serious() == []
        await page.locator("dialog .main").click()
        await expect(page.locator(".job")).to_contain_text("read with other settings: 1")
        await page.get_by_role("button", name="Settings").click()
        await expect(page.locator("dialog input[name=chunk_tokens]")).to_have_value("200")
        await expect(page.locator("dialog select[name=language]")).to_have_value("zh")
        await page.get_by_role("button", name="Cancel").click()
        await visitor.keep("outdated")
        await page.get_by_role("button", name="Read those anew").click()
        await expect(page.locator(".job")).to_contain_text("Read anew: 1. Could not be read: 0.")
        await expect(page.locator(".job")).not_to_contain_text("other settings")
        assert await visitor.serious() == []


async def test_reading_anew_is_watched_and_ended(browser: Browser, house: str) -> None:
    async with visiting(browser, house) as visitor:
        page = visitor.page
        await with_base(visitor, "Watched")
        job = {"status": "running", "documents": 8, "done": 3, "failed": 0, "progress": 0.375, "percent": 37}
        ended = asyncio.Event()

        async def answered(route: Route) -> None:
            if route.request.method == "DELETE":
                ended.set()
            status = "cancelled" if ended.is_set() else "running"
            await route.fulfill(json={**job, "status": status, "started_at": None})

        await page.route("**/knowledge/bases/*/reindex", answered)
        await page.get_by_role("button", name="Read anew").click()
        await page.locator("dialog .main").click()
        await expect(page.locator(".job")).to_contain_text("Reading anew: 3 of 8")
        await expect(page.locator(".job progress")).to_have_js_property("value", 0.375)
        await visitor.keep("reindexing")
        assert await visitor.serious() == []
        await page.get_by_role("button", name="Read no more").click()
        await expect(page.locator(".job")).to_contain_text("Ended after 3 of 8")


async def test_who_may_read_a_document_is_changed_and_addresses_that_are_not_allowed_are_refused(
    browser: Browser, house: str
) -> None:
    async with visiting(browser, house) as visitor:
        page = visitor.page
        await with_base(visitor, "Labels")
        row = page.locator(".document", has_text="lamps.md")
        await row.get_by_role("button", name="Who may read").click()
        await page.locator("dialog input[name=access]").fill("everyone, group:keepers")
        await page.locator("dialog .main").click()
        await expect(row).to_contain_text("Readable by everyone, group:keepers")
        await row.get_by_role("button", name="Who may read").click()
        await page.locator("dialog input[name=access]").fill("nobody at all")
        await page.locator("dialog .main").click()
        await page.locator("dialog .danger").click()
        await expect(page.locator(".toast")).to_be_visible()
        await expect(row).to_contain_text("Readable by everyone, group:keepers")
        await page.get_by_role("button", name="Add by web address").click()
        await page.locator("dialog textarea[name=urls]").fill("https://elsewhere.example/a.html")
        await visitor.keep("by-address")
        assert await visitor.serious() == []
        await page.locator("dialog .main").click()
        await expect(page.locator(".toast")).to_contain_text("Not fetched: https://elsewhere.example/a.html")
        await visitor.keep("labels")
        assert await visitor.serious() == []


async def test_labels_that_hide_a_document_from_oneself_are_asked_about_first(browser: Browser, house: str) -> None:
    async with visiting(browser, house) as visitor:
        page = visitor.page
        await with_base(visitor, "Hidden")
        row = page.locator(".document", has_text="lamps.md")

        async def labelled(name: str, access: str) -> None:
            await page.get_by_role("button", name=name).click()
            await page.locator("dialog input[name=access]").fill(access)
            await page.locator("dialog .main").click()

        await labelled("Who may read", "group:board")
        await expect(page.locator("#confirm-question")).to_contain_text("you will not see “lamps.md” any more")
        await visitor.keep("hides")
        assert await visitor.serious() == []
        await page.locator("dialog .quiet").click()
        await expect(page.locator("dialog")).to_have_count(0)
        await labelled("Settings", "group:board")
        await expect(page.locator("#confirm-question")).to_contain_text("“Hidden”")
        await page.locator("dialog .quiet").click()
        await page.reload()
        await expect(row).to_have_count(1)
        await labelled("Who may read", "group:board")
        await page.get_by_role("button", name="Save all the same").click()
        await expect(row).to_have_count(0)


async def test_the_description_of_the_api_is_searched_and_opened(browser: Browser, house: str) -> None:
    async with visiting(browser, house) as visitor:
        page = visitor.page
        await visitor.sign_in_with_key()
        await visitor.go("/reference")
        await page.locator(".operation").first.wait_for()
        await visitor.keep("reference")
        assert await visitor.serious() == []
        await page.locator("#operation").fill("bases reindex post")
        shown = page.locator(".operation:visible")
        await expect(shown).to_have_count(1)
        await expect(page.locator(".reference [role=status]")).to_have_text("Operations: 1")
        await shown.locator("summary").first.focus()
        await page.keyboard.press("Enter")
        await expect(shown.locator(".field-name", has_text="only_outdated")).to_have_count(1)
        await expect(shown.locator(".curl")).to_contain_text(
            f"curl -X POST '{house}/api/v1/knowledge/bases/{{id}}/reindex'"
        )
        await page.locator("#operation").fill("rag/query")
        await shown.locator("summary").first.click()
        await expect(shown.locator(".curl")).to_contain_text('"query":')
        await shown.locator(".operation-part summary", has_text="200").click()
        await expect(shown.locator(".field-name", has_text="sources")).to_have_count(1)
        await visitor.keep("operation")
        assert await visitor.serious() == []


async def test_the_same_in_chinese_in_the_dark_and_on_a_phone(browser: Browser, house: str) -> None:
    async with visiting(browser, house, **PHONE) as visitor:
        page, found = visitor.page, {}
        await with_base(visitor, "手机")
        await visitor.keep("phone-base")
        found["base"] = [*await visitor.serious(), await too_wide(visitor)]
        await page.get_by_role("button", name="设置").click()
        await page.locator("dialog input[name=chunk_tokens]").wait_for()
        await visitor.keep("phone-settings")
        found["settings"] = [*await visitor.serious(), await too_wide(visitor)]
        await page.get_by_role("button", name="取消").click()
        await visitor.go("/people")
        await page.get_by_role("button", name="添加人员").wait_for()
        await expect(page.locator("#audit-title")).to_have_text("审计记录")
        await visitor.keep("phone-people")
        found["people"] = [*await visitor.serious(), await too_wide(visitor)]
        await visitor.go("/reference")
        await page.locator("#operation").fill("rag/query")
        await page.locator(".operation:visible summary").first.click()
        await expect(page.locator(".operation:visible .curl")).to_contain_text("curl -X POST")
        await visitor.keep("phone-reference")
        found["reference"] = [*await visitor.serious(), await too_wide(visitor)]
        assert {view: each for view, each in found.items() if each != [False]} == {}
