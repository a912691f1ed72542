"""Chromium from the system's packages, and axe-core from npm, which looks at pages the way people do who cannot see."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.parts.azurite import QUIETLY
from tests.parts.part import ROOT, Part, failure

if TYPE_CHECKING:
    from playwright.async_api import Browser


@dataclass(frozen=True)
class Program:
    """A program that the system's package of the same name brings; `apt-get` gets it where the user may."""

    name: str
    get: tuple[tuple[str, ...], ...] = (("apt-get", "update", "-q"), ("apt-get", "install", "-qy"))

    def lacking(self) -> str:
        """Say why the program cannot be used, or nothing."""
        return "" if shutil.which(self.name) else f"{self.name} is not installed; `make parts` gets it for root"

    def install(self) -> str:
        """Get the program where it is not there, and say in words how it went."""
        if not self.lacking():
            return f"{self.name}: is there"
        if os.geteuid() or shutil.which(self.get[0][0]) is None:
            return f"{self.name}: not installed, root can install the system's package of that name"
        *before, last = self.get
        for command in (*before, (*last, self.name)):
            if reason := failure(command, ROOT):
                return f"{self.name}: not installed, {reason}"
        return self.lacking() or f"{self.name}: installed"


CHROMIUM = Program("chromium")
"""Its licence is BSD-3-Clause; it runs in tests alone."""

AXE = Part("axe-core", "4.14.1", ("npm",), (("npm", "install", "axe-core@4.14.1", "--prefix", ".", *QUIETLY),))
"""Its licence is MPL-2.0; it runs in tests alone, inside the page that is looked at."""

SCRIPT = AXE.folder / "node_modules/axe-core/axe.min.js"

ARGUMENTS = ("--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb")
"""The sandbox refuses root, whom pipelines often run as, and their shared memory is small."""


@asynccontextmanager
async def chromium() -> AsyncIterator["Browser"]:
    """Run a headless browser while the block runs."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        path = shutil.which(CHROMIUM.name)
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS, timeout=60_000)
        try:
            yield browser
        finally:
            await browser.close()
