"""What the page costs: how soon something is seen of it in a browser, and how large its files are together."""

import asyncio
import sys
from collections.abc import Iterator
from statistics import median
from tempfile import TemporaryDirectory

from functions.page import WEB, assets
from tests.bench.figures import Figure, show
from tests.parts.chromium import CHROMIUM, chromium
from tests.parts.part import ROOT
from tests.parts.running import free_port, running

ROUNDS = 9

PAINT = """() => new Promise((resolve) => new PerformanceObserver((seen, observer) => {
  for (const each of seen.getEntriesByName("first-contentful-paint")) {
    observer.disconnect();
    resolve(each.startTime);
  }
}).observe({ type: "paint", buffered: true }))"""
"""Milliseconds from the start of the navigation to the first text or picture."""


def measure() -> Iterator[Figure]:
    """Weigh the files, serve an empty house, and visit it as somebody who was never there before."""
    files = assets()
    sent = sum(len(each.compressed) for each in files.values())
    whole = sum(each.stat().st_size for each in WEB.rglob("*") if each.is_file())
    yield Figure("page_files", whole, "bytes", {"files": len(files), "compressed": sent})
    if problem := CHROMIUM.lacking():
        sys.exit(problem)
    with TemporaryDirectory() as folder:
        settings = {"PORT": str(free_port()), "DATA_DIR": folder, "EMBEDDER": "none", "PYTHONUNBUFFERED": "1"}
        command = (sys.executable, "-m", "infra.local.command_line", "serve")
        with running(command, ROOT, r"Serving on (http://[\d.:]+)", settings) as announced:
            painted = asyncio.run(visits(announced[1]))
    details = {"fastest": min(painted), "slowest": max(painted), "rounds": ROUNDS}
    yield Figure("page_first_contentful_paint", median(painted), "ms", details)


async def visits(address: str) -> list[float]:
    """Return the milliseconds to the first contentful paint of each visit; no visit finds files of another."""
    painted = []
    async with chromium() as browser:
        for _ in range(ROUNDS):
            page = await browser.new_page()
            await page.goto(address)
            painted.append(float(await page.evaluate(PAINT)))
            await page.close()
    return painted


if __name__ == "__main__":
    show(measure())
