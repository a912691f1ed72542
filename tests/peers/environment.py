"""Environments of what is measured beside this product: what it brings along never enters ours."""

import hashlib
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INSTALL_SECONDS = 1_800


@dataclass(frozen=True)
class Environment:
    """A folder beside this checkout's other ones, and the file of what is installed there, with hashes."""

    name: str
    pinned: Path

    @property
    def folder(self) -> Path:
        """Where it is."""
        return ROOT / self.name

    @property
    def python(self) -> Path:
        """Its Python."""
        return self.folder / "bin" / "python"

    def problem(self) -> str:
        """Install what is pinned unless it is there, and return why that failed, or nothing."""
        pins = hashlib.sha256(self.pinned.read_bytes()).hexdigest()
        installed = self.folder / "installed"
        if installed.is_file() and installed.read_text(encoding="ascii") == pins:
            return ""
        sys.stderr.write(f"Installing what is measured beside this into {self.name} ...\n")
        venv.create(self.folder, clear=True, with_pip=True)
        install = [self.python, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "-r", self.pinned]
        try:
            done = subprocess.run(install, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return f"the installation took more than {INSTALL_SECONDS} s"
        if done.returncode:
            return (done.stderr.strip().splitlines() or ["pip failed without a word"])[-1][:300]
        installed.write_text(pins, encoding="ascii")
        return ""


PEERS = Environment(".venv-peers", Path(__file__).with_name("requirements.txt"))


def vocabularies() -> Path:
    """Return the folder of tokenizer tables that the package litellm brings along; tiktoken downloads none then."""
    return next(PEERS.folder.glob("lib/python3*/site-packages/litellm/litellm_core_utils/tokenizers"))
