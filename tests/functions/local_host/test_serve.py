"""A serving process: its start, its end, and its exit code."""

import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

LONGEST_SECONDS = 30


def command(folder: Path, port: int) -> list[str]:
    return [sys.executable, "-m", "tests.functions.local_host.serving", str(folder), str(port)]


@contextmanager
def process(folder: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A serving process on a free port, and its base URL."""
    started = subprocess.Popen(command(folder, 0), stderr=subprocess.PIPE, text=True)
    try:
        yield started, address(started)
    finally:
        started.kill()
        started.communicate()


def address(started: "subprocess.Popen[str]") -> str:
    assert started.stderr is not None
    for line in started.stderr:
        if found := re.search(r"serving on (http\S+)", line):
            return found[1]
    raise AssertionError("the process ended before it served")


def post_in_background(url: str) -> "threading.Thread":
    """Ask for something that does not end, and return once the request is on its way."""

    def ask() -> None:
        with pytest.raises(httpx.HTTPError):
            httpx.post(url, timeout=LONGEST_SECONDS).raise_for_status()

    thread = threading.Thread(target=ask)
    thread.start()
    return thread


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_process_in_order(tmp_path: Path, number: signal.Signals) -> None:
    with process(tmp_path) as (started, base_url):
        assert httpx.get(f"{base_url}/hello/me").status_code == 200
        started.send_signal(number)
        assert started.wait(LONGEST_SECONDS) == 0


def test_a_second_signal_ends_the_process_at_once(tmp_path: Path) -> None:
    with process(tmp_path) as (started, base_url):
        asking = post_in_background(f"{base_url}/wait")
        while httpx.get(f"{base_url}/entered").json() is not True:
            pass
        started.send_signal(signal.SIGTERM)
        while httpx.get(f"{base_url}/hello").status_code != 503:
            pass
        started.send_signal(signal.SIGTERM)
        assert started.wait(LONGEST_SECONDS) == 128 + signal.SIGTERM
        asking.join()


def failed_start(folder: Path, port: int) -> str:
    finished = subprocess.run(
        command(folder, port), capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False
    )
    assert finished.returncode == 2, finished.stderr
    assert finished.stderr.count("\n") == 1, finished.stderr
    return finished.stderr


def test_a_port_in_use_is_one_line_and_code_2(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"port {port} cannot be used" in failed_start(tmp_path, port)


def test_a_folder_that_cannot_be_written_is_one_line_and_code_2(tmp_path: Path) -> None:
    (tmp_path / "documents").write_text("a file where the folder should be")
    assert "documents cannot be written" in failed_start(tmp_path, 0)


def test_a_database_that_is_none_is_one_line_and_code_2(tmp_path: Path) -> None:
    (tmp_path / "runs.db").write_bytes(b"this is no database, whatever its name says" * 100)
    assert "store cannot be used" in failed_start(tmp_path, 0)
