"""A house that is killed at any write of an ingestion, an edit, a deletion or a model's reading ends like any other."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from functions.extraction import FAN_OUT

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


def check_money(found: list[dict[str, Any]]) -> None:
    """What was read and kept is not asked for again; only calls that were under way are, and the sweep books those."""
    for kill in found:
        place = f"{kill['moment']} write {kill['write']}"
        assert kill["paid twice"] == [], place
        assert 0 <= kill["more calls"] <= FAN_OUT, place
        assert (kill["held"] <= FAN_OUT, kill["swept"]) == (True, 0), place


@pytest.mark.parametrize("scene", SCENES)
def test_a_killed_house_ends_in_the_state_of_an_undisturbed_one(tmp_path: Path, scene: str) -> None:
    check(kills(tmp_path, scene, SAMPLE), SAMPLE - 2)


def test_a_house_that_is_killed_while_a_model_reads_pays_nothing_twice_that_it_kept(tmp_path: Path) -> None:
    found = kills(tmp_path, "read", SAMPLE)
    check(found, SAMPLE - 2)
    check_money(found)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("scene", SCENES)
def test_no_write_of_a_house_is_a_bad_moment_to_die(tmp_path: Path, scene: str) -> None:
    check(kills(tmp_path, scene, 0), 20)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_no_write_of_a_reading_is_a_bad_moment_to_die(tmp_path: Path) -> None:
    found = kills(tmp_path, "read", 0)
    check(found, 40)
    check_money(found)
    most = max(kill["kept"] for kill in found)
    assert any(0 < kill["kept"] < most for kill in found)
    assert any(kill["more calls"] for kill in found)
    assert any(kill["held"] for kill in found)
