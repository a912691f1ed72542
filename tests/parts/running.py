"""Starts a server as a child process, waits until it says where it listens, and stops it by its id."""

import os
import re
import socket
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 60.0
STOP_SECONDS = 10.0


def free_port() -> int:
    """Return a port of the loopback that nothing listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


@contextmanager
def running(
    command: Sequence[str],
    folder: Path,
    announcement: str,
    environment: Mapping[str, str] | None = None,
    seconds: float = START_SECONDS,
) -> Iterator[re.Match[str]]:
    """Serve while the block runs; yields the match of the announcement in what the server said.

    Raises RuntimeError with its words when it ends, or takes longer than `seconds`, before it announces itself.
    """
    server = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    try:
        yield announced(server, re.compile(announcement), seconds)
    finally:
        server.terminate()
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def announced(server: "subprocess.Popen[str]", announcement: re.Pattern[str], seconds: float) -> re.Match[str]:
    """Read until the announcement; what comes after it is read and dropped, so that the server never waits."""
    assert server.stdout is not None
    too_late = threading.Timer(seconds, server.kill)
    too_late.start()
    said: list[str] = []
    try:
        for line in server.stdout:
            said.append(line)
            if match := announcement.search(line):
                threading.Thread(target=lambda rest=server.stdout: [None for _ in rest], daemon=True).start()
                return match
    finally:
        too_late.cancel()
    server.wait()
    raise RuntimeError(f"{server.args!r} did not start:\n{''.join(said)[-2000:]}")
