"""A house that is killed at any write of an ingestion, an edit or a deletion ends as if nothing had happened."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCENES = ("upload", "edit", "delete", "drop", "vanish")

SAMPLE = 5
"""Kills per scene where time is short; the slow test kills at every write."""


def kills(folder: Path, scene: str, count: int) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.workflow.killing_the_house", str(folder), scene, str(count)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    return [json.loads(line) for line in finished.stdout.splitlines()]


def check(found: list[dict[str, Any]], least: int) -> None:
    """Every kill but one at the very end must have hit, and none may have left a trace."""
    assert sum(kill["died"] for kill in found) >= least
    assert {kill["moment"] for kill in found} == {"before", "after"}
    for kill in found:
        assert (kill["resumed"], kill["differences"]) == (0, {}), f"{kill['moment']} write {kill['write']}"


@pytest.mark.parametrize("scene", SCENES)
def test_a_killed_house_ends_in_the_state_of_an_undisturbed_one(tmp_path: Path, scene: str) -> None:
    check(kills(tmp_path, scene, SAMPLE), SAMPLE - 2)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("scene", SCENES)
def test_no_write_of_a_house_is_a_bad_moment_to_die(tmp_path: Path, scene: str) -> None:
    check(kills(tmp_path, scene, 0), 20)
