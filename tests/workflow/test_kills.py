"""A run survives SIGKILL before and after every commit, and nothing that was committed is done again."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.workflow.scenes import EVERYTHING


def kills(folder: Path, scene: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.workflow.killing", str(folder), scene]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    return [json.loads(line) for line in finished.stdout.splitlines()]


def place(kill: dict[str, Any]) -> str:
    return f"{kill['moment']} commit {kill['commit']}"


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    return kills(tmp_path_factory.mktemp("everything"), "everything")


def test_every_commit_of_a_run_was_a_place_to_die(everything: list[dict[str, Any]]) -> None:
    died = [kill for kill in everything if kill["died"]]
    assert min(Counter(kill["moment"] for kill in died).values()) >= 15


def test_the_result_is_the_same_wherever_the_process_was_killed(everything: list[dict[str, Any]]) -> None:
    for kill in everything:
        assert (kill["resumed"], kill["output"]) == (0, ["Completed", EVERYTHING]), place(kill)


def test_an_activity_whose_answer_was_committed_is_not_run_again(everything: list[dict[str, Any]]) -> None:
    for kill in everything:
        open_calls = Counter(kill["answered_after"]) - Counter(kill["answered_before"])
        asked = Counter({"square": 0, "breaks": 0, "stubborn": 0})
        for call, count in open_calls.items():
            asked[spoken(call)] += count
        assert +Counter(kill["ran_after"]) == +asked, place(kill)


def spoken(call: str) -> str:
    """A call as the workshop notes it."""
    name, value = call.split(" ", 1)
    return {"square": f"square {value}", "breaks": "breaks", "fails_until_told": "stubborn"}[name]


def test_no_acknowledged_message_is_lost_by_continuing_as_new(tmp_path: Path) -> None:
    for kill in kills(tmp_path, "renewing"):
        status, words = kill["output"]
        assert (kill["resumed"], status) == (0, "Completed"), place(kill)
        # A message that was committed but not acknowledged before the kill is sent, and taken, twice.
        assert list(dict.fromkeys(words)) == ["one", "two", "three", "end"], place(kill)
        assert len(words) <= 5, place(kill)
