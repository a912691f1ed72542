"""The peers' own environment: what they bring along never enters ours."""

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".venv-peers"
PYTHON = FOLDER / "bin" / "python"
PINNED = Path(__file__).with_name("requirements.txt")
INSTALLED = FOLDER / "installed"
INSTALL_SECONDS = 1_800


def problem() -> str:
    """Install what is pinned unless it is there, and return why that failed, or nothing."""
    pins = hashlib.sha256(PINNED.read_bytes()).hexdigest()
    if INSTALLED.is_file() and INSTALLED.read_text(encoding="ascii") == pins:
        return ""
    sys.stderr.write(f"Installing the peers into {FOLDER.name} ...\n")
    venv.create(FOLDER, clear=True, with_pip=True)
    install = [PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "-r", PINNED]
    try:
        done = subprocess.run(install, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return f"the installation took more than {INSTALL_SECONDS} s"
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["pip failed without a word"])[-1][:300]
    INSTALLED.write_text(pins, encoding="ascii")
    return ""


def vocabularies() -> Path:
    """Return the folder of tokenizer tables that the package litellm brings along; tiktoken downloads none then."""
    return next(FOLDER.glob("lib/python3*/site-packages/litellm/litellm_core_utils/tokenizers"))
