"""What every runner shares: steps are measured one by one, and what was measured is never lost."""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.peers.child import InProcess, Job, difference, measured, refuse_network
from tests.peers.running import reported, started
from tests.peers.server import counting


class Calling(InProcess):
    """Calls the model once to index, twice to ask, and deletes nothing."""

    def __init__(self, job: Job) -> None:
        self.job = job

    async def index(self, documents: list[str]) -> None:
        self._call()

    async def insert(self, text: str) -> None:
        raise ValueError("no room")

    async def delete(self) -> None:
        raise NotImplementedError("nothing is deleted here")

    async def ask(self, question: str, mode: str) -> bool:
        self._call()
        self._call()
        return question == "one"

    def _call(self) -> None:
        body = {"model": "m", "messages": [{"role": "user", "content": "Who?"}]}
        httpx.post(f"{self.job.base_url}/chat/completions", json=body, trust_env=False).raise_for_status()


class Growing(Calling):
    """Takes one more document in."""

    async def insert(self, text: str) -> None:
        self._call()


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    with counting() as server:
        yield Job(["text"], "more", {"local": ["one", "two"]}, str(tmp_path), server, str(tmp_path / "report"))


def figures(job: Job) -> dict[str, Any]:
    return json.loads(Path(job.report).read_text(encoding="utf-8"))


async def test_each_step_is_charged_with_its_own_calls(job: Job) -> None:
    async def start(given: Job) -> Calling:
        return Growing(given)

    await measured(job, start)
    report = figures(job)
    assert (report["index"]["calls"], report["question local"]["calls"], report["insert"]["calls"]) == (1, 2, 1)
    assert (report["question local"]["questions"], report["question local"]["answered"]) == (2, 0.5)
    assert report["delete"] == {"missing": "nothing is deleted here"}
    assert report["kinds"] == {"answer": 6}
    assert report["peak_megabytes"] > 1


async def test_what_was_measured_before_an_error_is_kept_beside_its_words(job: Job) -> None:
    async def start(given: Job) -> Calling:
        return Calling(given)

    with pytest.raises(ValueError, match="no room"):
        await measured(job, start)
    assert figures(job)["failed"] == {"step": "insert", "reason": "ValueError: no room"}
    assert figures(job)["index"]["calls"] == 1


def test_what_the_server_never_saw_is_no_difference() -> None:
    counted = difference({"calls": 2}, {"calls": 5, "prompt_tokens": 7})
    assert (counted["calls"], counted["prompt_tokens"], counted["embedded_texts"]) == (3, 7, 0)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_the_loopback_may_be_reached(host: str) -> None:
    refuse_network("socket.connect", (None, (host, 80)))
    refuse_network("socket.getaddrinfo", (host, 80))
    refuse_network("socket.connect", (None, "/run/a.socket"))


@pytest.mark.parametrize("host", ["192.0.2.1", "example.org", "127.0.0.2.example.org"])
def test_nobody_else_may_be_reached_or_looked_up(host: str) -> None:
    with pytest.raises(PermissionError, match="loopback"):
        refuse_network("socket.connect", (None, (host, 443)))
    with pytest.raises(PermissionError, match="loopback"):
        refuse_network("socket.getaddrinfo", (host, 443))


def test_a_run_that_takes_too_long_is_ended_with_what_it_started(tmp_path: Path) -> None:
    noted = tmp_path / "pid"
    script = f"sleep 600 & echo $! > {noted}; sleep 600"
    trouble = started(["/bin/sh", "-c", script], {"PATH": "/usr/bin:/bin"}, tmp_path / "log", 2)
    assert trouble == "not finished within 2 s"
    state = Path(f"/proc/{noted.read_text().strip()}/stat")
    deadline = time.monotonic() + 30
    while is_alive(state):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_alive(state: Path) -> bool:
    """Say whether a process runs: its file is there and it is not a corpse that nobody has buried yet."""
    try:
        return state.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_the_last_words_of_a_failed_run_are_its_trouble(tmp_path: Path) -> None:
    script = "print('first'); raise SystemExit('no such peer')"
    assert started([sys.executable, "-c", script], {}, tmp_path / "log", 30) == "no such peer"
    assert started([sys.executable, "-c", "pass"], {}, tmp_path / "log", 30) == ""


def test_a_report_keeps_the_reason_that_its_runner_named(tmp_path: Path) -> None:
    path = tmp_path / "report"
    assert reported(path, "no such peer") == {"failed": {"step": "run", "reason": "no such peer"}}
    path.write_text('{"failed": {"step": "index", "reason": "no room"}}', encoding="utf-8")
    assert reported(path, "ended")["failed"]["reason"] == "no room"
