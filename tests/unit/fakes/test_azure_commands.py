"""The stand-ins for `az` and `azd` refuse what the real commands refuse."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.fakes.azure_commands import install

GOOD = [
    "az keyvault secret set --vault-name kv-1 --name signing-keys --value a:b",
    "azd auth login",
    "azd env new knowledge-dev",
    "azd env set STAGE dev",
    "azd up",
]
BAD = [
    "az keyvault secret set --vault-name kv-1 --name signing_keys --value a",
    "az keyvault secret set --vault-name 1kv --name a --value a",
    "az keyvault secret set --vault-name kv-1 --name a",
    "az keyvault secret put --vault-name kv-1 --name a --value a",
    "az keyvault secret set --vault kv-1 --name a --value a",
    "azd env new knowledge_dev!",
    "azd env set STAGE",
    "azd login",
    "azd",
]


def called(command: str, folder: Path) -> int:
    name, *arguments = command.split()
    return subprocess.run([folder / name, *arguments], capture_output=True, timeout=60).returncode


@pytest.mark.parametrize("command", GOOD)
def test_a_good_call_is_written_down(command: str, tmp_path: Path) -> None:
    calls = install(tmp_path / "bin")
    assert called(command, tmp_path / "bin") == 0
    assert json.loads(calls.read_text(encoding="utf-8")) == command.split()


@pytest.mark.parametrize("command", BAD)
def test_a_bad_call_is_refused(command: str, tmp_path: Path) -> None:
    calls = install(tmp_path / "bin")
    assert called(command, tmp_path / "bin") == 2
    assert not calls.exists()
