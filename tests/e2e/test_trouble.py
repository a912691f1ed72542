"""What goes wrong with a page: hostile text, sessions that end, connections that break, and several tabs."""

import asyncio
import re

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Route, expect

from tests.e2e.conftest import PATIENCE, Visitor, visiting
from tests.e2e.streams import answer, endless, event, source

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]
expect.set_options(timeout=PATIENCE)

PASSWORD = "correct horse battery"
STREAM = "**/api/v1/chat/stream"
TABLE = "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 10_000
HOSTILE = (
    "Look <script>window.pwned = 1</script> and <img src=x onerror='window.pwned = 2'> there [1].\n\n",
    "[press](javascript:window.pwned=3) ![seen](https://elsewhere.example/pixel.png) [plain](data:text/html,hello)\n\n",
    "<svg onload='window.pwned = 4'><a href='javascript:window.pwned=5'>x</a></svg>\n\n<iframe src='https://elsewhere.example'>\n\n",
    "[good](https://elsewhere.example/page) and evil\u202efdp.exe\n\n```html\n<b>kept</b>\n```\n\n- **one** `two`\n\n",
    TABLE,
)
DEEP = ">" * 3000 + " deep <b>down</b>"
BAD_NAME = "<img src=x onerror=alert(1)>.md"


async def registered(visitor: Visitor, name: str) -> None:
    """Create an account at the page and stay signed in."""
    page = visitor.page
    await page.goto(visitor.house)
    await page.get_by_role("button", name="Create an account").click()
    await page.locator("input[name=email]").fill(f"{name}@heron.example")
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.locator("dialog .main").click()
    await page.locator("#question").wait_for()


async def with_base(visitor: Visitor, name: str) -> None:
    """Create a knowledge base in a house that has none, or another one."""
    page = visitor.page
    await visitor.go("/documents")
    await page.get_by_role("button", name="New knowledge base").first.click()
    await page.locator("dialog input[name=name]").fill(name)
    await page.locator("dialog .main").click()
    await expect(page.locator("#view-title")).to_have_text(name)


async def answering(page: Page, body: str) -> None:
    """Let every question be answered so."""

    async def fulfil(route: Route) -> None:
        await route.fulfill(status=200, headers={"content-type": "text/event-stream"}, body=body)

    await page.route(STREAM, fulfil)


async def expiring(place: Page | BrowserContext, requests: str) -> None:
    """Let the token that all tabs share expire, the next time that one of these requests carries it."""
    expired: set[str] = set()
    # Tokens count in whole seconds, so that one which is made in the second of another is the same.
    await asyncio.sleep(1.1)

    async def refused(route: Route) -> None:
        token = route.request.headers.get("authorization", "")
        if token and not expired:
            expired.add(token)
        if token in expired:
            error = {"code": "not_signed_in", "message": "expired", "request_id": "r", "details": {}}
            await route.fulfill(status=401, json={"error": error})
        else:
            await route.fallback()

    await place.route(requests, refused)


async def test_hostile_text_stays_text(browser: Browser, house: str) -> None:
    async with visiting(browser, house) as visitor:
        page = visitor.page
        await registered(visitor, "ada")
        await with_base(visitor, "Hostile")
        await page.locator("#picker").set_input_files(
            {"name": BAD_NAME, "mimeType": "text/markdown", "buffer": b"# A\n\nB."}
        )
        await expect(page.locator(".document-name bdi").first).to_contain_text("onerror=alert(1)")
        evil = source(1, "<b>name</b>\u202e.md", "Before. <i>The quote.</i> After.", "<i>The quote.</i>")
        await answering(page, answer(HOSTILE, [evil]))
        await visitor.go("/")
        await visitor.ask("What is there?")
        prose = page.locator(".answer .prose")
        assert await prose.locator("script, img, svg, iframe, object, b").count() == 0
        assert await prose.locator("a").evaluate_all("all => all.map(each => each.href)") == [
            "https://elsewhere.example/page"
        ]
        for shown in (
            "<script>window.pwned = 1</script>",
            "(javascript:window.pwned=3)",
            "<svg onload=",
            "⟨U+202E⟩fdp.exe",
        ):
            await expect(prose).to_contain_text(shown)
        await expect(prose.locator("pre.as-text").first).to_contain_text("| 1 | 2 |")
        assert await prose.locator("table").count() == 0
        await prose.locator("button.cite").click()
        await expect(page.locator("dialog mark")).to_have_text("<i>The quote.</i>")
        await expect(page.locator("dialog h2")).to_have_text("<b>name</b>⟨U+202E⟩.md")
        await visitor.keep("hostile")
        await page.keyboard.press("Escape")
        await page.unroute(STREAM)
        await answering(page, answer((DEEP,), []))
        await visitor.ask("How deep?")
        await expect(prose.last.locator("pre.as-text")).to_contain_text("deep <b>down</b>")
        assert await page.evaluate("window.pwned") is None


async def test_a_table_of_a_reasonable_length_is_laid_out(browser: Browser, house: str) -> None:
    async with visiting(browser, house) as visitor:
        await registered(visitor, "bea")
        await with_base(visitor, "Tables")
        rows = "| a | b |\n|---|--:|\n" + "| 1 | 2 |\n" * 500
        await answering(visitor.page, answer((rows,), [], follow_ups=["And then?"]))
        await visitor.go("/")
        await visitor.ask("Which rows?")
        await expect(visitor.page.locator(".answer tbody tr")).to_have_count(500)
        await visitor.page.unroute(STREAM)
        await answering(visitor.page, answer((rows, "| 1 | 2 |\n"), []))
        await visitor.ask("One more?")
        await expect(visitor.page.locator(".answer").last.locator("pre.as-text")).to_be_visible()


async def test_a_session_that_expired_is_renewed_and_the_question_is_asked_once(browser: Browser, house: str) -> None:
    async with visiting(browser, house) as visitor:
        page = visitor.page
        await registered(visitor, "cleo")
        await with_base(visitor, "Sessions")
        await visitor.go("/")
        await answering(page, answer(("Here.",), []))
        await expiring(page, STREAM)
        asked: list[str] = []
        page.on("request", lambda each: asked.append(each.url) if each.url.endswith("/chat/stream") else None)
        await visitor.ask("Am I still there?")
        await expect(page.locator(".answer")).to_contain_text("Here.")
        assert await page.locator(".question").count() == 1
        assert len(asked) == 2, "once with the token that expired, once with the next"
        await page.reload()
        await page.locator("#question").wait_for()


async def test_a_session_that_ends_in_the_middle_loses_no_text(browser: Browser, house: str) -> None:
    async with visiting(browser, house) as visitor:
        page = visitor.page
        await registered(visitor, "dora")
        await with_base(visitor, "Endings")
        await visitor.go("/")
        await answering(page, answer(("The first answer.",), []))
        await visitor.ask("The first question?")
        await page.unroute(STREAM)

        async def refused(route: Route) -> None:
            error = {"code": "not_signed_in", "message": "sign in first", "request_id": "r", "details": {}}
            await route.fulfill(status=401, json={"error": error})

        await page.route("**/api/v1/**", refused)
        await page.locator("#question").fill("The second question?")
        await page.keyboard.press("Enter")
        await page.locator("dialog.gate").wait_for()
        await expect(page.locator("dialog.gate .notice")).to_contain_text("nothing on the page is lost")
        await visitor.keep("session-ended")
        await page.unroute("**/api/v1/**")
        await page.locator("input[name=email]").fill("dora@heron.example")
        await page.locator("input[name=password]").fill(PASSWORD)
        await page.locator("dialog .main").click()
        await expect(page.locator(".answer").first).to_contain_text("The first answer.")
        await expect(page.locator("#question")).to_have_value("The second question?")
        await answering(page, answer(("The second answer.",), []))
        await page.get_by_role("button", name="Ask again").click()
        await expect(page.locator(".answer").last).to_contain_text("The second answer.")


async def test_two_tabs_renew_their_session_once_and_sign_out_together(browser: Browser, house: str) -> None:
    async with visiting(browser, house) as visitor:
        page = visitor.page
        await registered(visitor, "emil")
        renewals: list[str] = []
        page.context.on(
            "request", lambda each: renewals.append(each.url) if each.url.endswith("/auth/refresh") else None
        )
        other = await page.context.new_page()
        await other.goto(house)
        await other.locator("#question").wait_for()
        await expiring(page.context, "**/api/v1/**")
        for tab in (page, other):
            await tab.locator('.rail nav a[href="/overview"]').click()
        for tab in (page, other):
            await expect(tab.locator(".card.budgets")).to_contain_text("You today")
        assert len(renewals) == 1
        await page.get_by_role("button", name="Sign out").click()
        await page.locator("dialog.gate").wait_for()
        await other.locator("dialog.gate").wait_for()


async def test_an_answer_goes_on_behind_other_views_until_it_is_stopped(browser: Browser, house: str) -> None:
    async with visiting(browser, house) as visitor, endless("It has begun") as server:
        page = visitor.page
        await registered(visitor, "finn")
        await with_base(visitor, "Streams")
        await page.route(STREAM, lambda route: route.continue_(url=f"{server.address}/api/v1/chat/stream"))
        await visitor.go("/")
        await page.locator("#question").fill("Does it end?")
        await page.keyboard.press("Enter")
        await expect(page.locator(".answer")).to_contain_text("It has begun")
        await visitor.keep("writing")
        await visitor.go("/documents")
        await expect(page.locator("#view-title")).to_have_text("Streams")
        await page.go_back()
        await expect(page.locator('.answer[aria-busy="true"]')).to_contain_text("It has begun")
        await page.get_by_role("button", name="Stop").click()
        await asyncio.wait_for(server.left.wait(), PATIENCE / 1000)
        await expect(page.locator(".answer .notice")).to_contain_text("Stopped")
        await expect(page.locator(".answer")).to_contain_text("It has begun")


async def test_a_connection_that_breaks_leaves_what_came_and_says_so(browser: Browser, house: str) -> None:
    async with visiting(browser, house) as visitor:
        page = visitor.page
        await registered(visitor, "gita")
        await with_base(visitor, "Breaks")
        await visitor.go("/")
        await answering(page, ": open\n\n" + event("delta", {"text": "Half an answer"}))
        await visitor.ask("A whole one?")
        await expect(page.locator(".answer")).to_contain_text("Half an answer")
        await expect(page.locator(".answer .notice.bad")).to_contain_text("broke off")
        await page.unroute(STREAM)
        error = event("error", {"code": "budget_exceeded", "message": "spent", "request_id": "r", "details": {}})
        await answering(page, ": open\n\n" + error + event("done", {"finish_reason": "error"}))
        await visitor.ask("Another?")
        await expect(page.locator(".answer .notice.bad").last).to_contain_text("budget is used up")


async def test_a_document_that_cannot_be_read_says_why_and_can_be_read_again_or_deleted(
    browser: Browser, house: str
) -> None:
    async with visiting(browser, house) as visitor:
        page = visitor.page
        await registered(visitor, "hugo")
        await with_base(visitor, "Failures")
        broken = {"name": "broken.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 nothing more"}
        await page.locator("#picker").set_input_files(broken)
        row = page.locator('.document[data-status="failed"]', has_text="broken.pdf")
        await row.wait_for()
        assert await row.locator(".reason").inner_text()
        await visitor.keep("failed")
        assert await visitor.serious() == []
        await row.get_by_role("button", name=re.compile("again")).click()
        await row.wait_for()
        await row.get_by_role("button", name=re.compile("Delete")).click()
        await page.locator("dialog .danger").click()
        await expect(page.locator(".documents .empty")).to_be_visible()


async def test_a_conversation_is_kept_named_rated_and_found_again(browser: Browser, house: str) -> None:
    async with visiting(browser, house) as visitor:
        page = visitor.page
        await registered(visitor, "iris")
        await with_base(visitor, "Lights")
        text = b"# Skerry\n\nThe Skerry lighthouse was built by Ada Quill in 1911.\n"
        await page.locator("#picker").set_input_files(
            {"name": "skerry.md", "mimeType": "text/markdown", "buffer": text}
        )
        await page.locator('.document[data-status="ready"]').wait_for()
        await visitor.go("/")
        await visitor.ask("Who built the Skerry lighthouse?")
        await expect(page.locator(".talk-head h1")).to_contain_text("Skerry")
        await page.get_by_role("button", name="A good answer", exact=True).click()
        await expect(page.locator('.answer-tools [aria-pressed="true"]')).to_have_count(1)
        await page.reload()
        await expect(page.locator(".answer")).to_contain_text("Ada Quill")
        await expect(page.locator('.answer-tools [aria-pressed="true"]')).to_have_count(1)
        await page.locator("button.cite").first.click()
        await expect(page.locator("dialog mark")).to_contain_text("Ada Quill")
        await page.keyboard.press("Escape")
        await page.locator('.rail nav a[href="/documents"]').click()
        await page.get_by_role("button", name="Settings").click()
        await page.locator("dialog textarea[name=description]").fill("All about lights")
        await page.locator("dialog .main").click()
        await expect(page.locator(".view-head .lead")).to_have_text("All about lights")
        await page.go_back()
        await page.get_by_role("button", name="Rename").click()
        await page.locator("dialog input[name=title]").fill("Lighthouses")
        await page.locator("dialog .main").click()
        link = page.locator(".talks li a", has_text="Lighthouses")
        await link.wait_for()
        async with page.expect_download() as saved:
            await page.get_by_role("button", name="Save as Markdown").click()
        assert (await saved.value).suggested_filename == "Lighthouses.md"
        await page.locator(".talks .new").click()
        await expect(page.locator(".welcome")).to_be_visible()
        await visitor.keep("conversations")
        assert await visitor.serious() == []
        await page.go_back()
        await expect(page.locator(".answer")).to_contain_text("Ada Quill")
        await page.get_by_role("button", name="Delete the conversation").click()
        await page.locator("dialog .danger").click()
        await expect(link).to_have_count(0)
