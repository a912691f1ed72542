"""What is fenced on the pages for users, and how a reader runs it."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.source import ROOT

HOUSE = "http://127.0.0.1:7071"
"""Where the pages say that the service listens."""

SECONDS = 120
"""Longest time for one snippet; on a busy machine an import alone takes seconds."""

FENCE = re.compile(
    r"^(?:<!-- shows: (?P<shows>.*?) -->\n)?```(?P<language>\w*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)
COMMANDS = {"bash": ("bash", "-euo", "pipefail", "-c"), "python": (sys.executable, "-c")}


@dataclass(frozen=True)
class Snippet:
    """A fenced block, and the words that have to stand in what it prints."""

    language: str
    text: str
    shows: str


def snippets(page: str) -> list[Snippet]:
    """Return the fenced blocks of a page in order."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = [Snippet(each["language"], each["text"], each["shows"] or "") for each in FENCE.finditer(text)]
    assert 2 * len(found) == len(re.findall(r"^\s*```", text, re.MULTILINE)), f"{page} has a fence that is no block"
    return found


def replaced(text: str, addresses: Mapping[str, str]) -> str:
    """Return a text with the addresses of the page replaced by those of the test."""
    for shown, real in addresses.items():
        text = text.replace(shown, real)
    return text


def run(snippet: Snippet, folder: Path, addresses: Mapping[str, str], environment: Mapping[str, str]) -> str:
    """Run a snippet as a reader does and return what it prints; it fails with its first command that fails."""
    command = (*COMMANDS[snippet.language], replaced(snippet.text, addresses))
    given = {**os.environ, "NO_PROXY": "*", "PYTHONIOENCODING": "utf-8", **environment}
    done = subprocess.run(command, cwd=folder, env=given, capture_output=True, timeout=SECONDS)
    said = done.stdout.decode()
    assert done.returncode == 0, f"{snippet.text}\n{said}\n{done.stderr.decode()}"
    assert snippet.shows in said, f"{snippet.text}\n{said}"
    return said
