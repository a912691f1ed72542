"""The command line `llm`, a client of other people's models, in an environment of its own, from PyPI."""

import sys
from pathlib import Path

from tests.parts.part import Part

PINNED = Path(__file__).with_name("llm.txt")
INSTALL = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes", "-r")
LLM = Part(
    "llm", "0.36", (sys.executable,), ((sys.executable, "-m", "venv", "."), ("bin/python", *INSTALL, str(PINNED)))
)
"""Its licence is Apache 2.0; it runs in tests alone."""

PYTHON = LLM.folder / "bin" / "python"
