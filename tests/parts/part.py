"""One server that tests can start: which version, what getting it needs, and whether it is there."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHELF = ROOT / ".parts"
"""Where parts stand; git ignores it."""

INSTALL_SECONDS = 900
"""Longest time for getting one part; a slow registry takes a minute or two."""


@dataclass(frozen=True)
class Part:
    """A server at a pinned version; `commands` get it into the folder they run in."""

    name: str
    version: str
    needs: tuple[str, ...]
    commands: tuple[tuple[str, ...], ...]
    shelf: Path = SHELF

    @property
    def folder(self) -> Path:
        """Where the part stands once it is there."""
        return self.shelf / f"{self.name}-{self.version}"

    def lacking(self) -> str:
        """Say why the part cannot be used, or nothing."""
        missing = [program for program in self.needs if shutil.which(program) is None]
        if missing:
            return f"{self.name} needs {', '.join(missing)}"
        return "" if self.folder.is_dir() else f"{self.name} is not installed; `make parts` gets it"

    def install(self) -> str:
        """Get the part whole or not at all, and say in words how it went."""
        missing = [program for program in self.needs if shutil.which(program) is None]
        if missing:
            return f"{self.name} {self.version}: not installed, {', '.join(missing)} was not found"
        if self.folder.is_dir():
            return f"{self.name} {self.version}: is there"
        incoming = self.folder.with_name(f"{self.folder.name}.incoming")
        shutil.rmtree(incoming, ignore_errors=True)
        incoming.mkdir(parents=True)
        for command in self.commands:
            if reason := failure(command, incoming):
                shutil.rmtree(incoming)
                return f"{self.name} {self.version}: not installed, {reason}"
        incoming.rename(self.folder)
        return f"{self.name} {self.version}: installed"


def failure(command: tuple[str, ...], folder: Path) -> str:
    """Run a command; return why it failed, or nothing."""
    try:
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=INSTALL_SECONDS
        )
    except subprocess.TimeoutExpired:
        return f"{command[0]} was not done within {INSTALL_SECONDS} s"
    if done.returncode == 0:
        return ""
    said = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return f"{command[0]} failed: {' / '.join(said[:3])}"[:500]
