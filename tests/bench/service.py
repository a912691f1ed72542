"""A serving process of its own, over a data folder, and what the kernel says about it."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

PATIENCE_SECONDS = 60
POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Service:
    """A client of a service, and the process id it runs under."""

    client: httpx.Client
    process: int

    def settle(self) -> None:
        """Wait until no durable run is under way: communities follow a document that is ready already."""
        runs = self.client.base_url.copy_with(path="/runtime/webhooks/durabletask/instances")
        while self.client.get(runs, params={"runtimeStatus": "Running,Pending"}).raise_for_status().json():
            time.sleep(POLL_SECONDS)

    def peak_megabytes(self) -> float:
        """Return the largest resident memory so far (VmHWM), in units of 1,000,000 bytes."""
        status = Path(f"/proc/{self.process}/status").read_text()
        return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) * 1024 / 1e6

    def processor_seconds(self) -> float:
        """Return the processor time of the process so far, user and system; ended children do not count."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(folder: Path, embedder: str, **settings: str) -> Iterator[Service]:
    """Run `knowledge-rag serve` on a free port until the block ends, with more settings by their names."""
    environment = {**os.environ, "PORT": "0", "DATA_DIR": str(folder), "EMBEDDER": embedder, **settings}
    command = [sys.executable, "-m", "infra.local.command_line", "serve"]
    child = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout
        announced = re.search(r"http://\S+/api/v1/", child.stdout.readline())
        if announced is None:
            raise RuntimeError("the service did not start; its message stands above")
        with httpx.Client(base_url=announced.group(), timeout=PATIENCE_SECONDS, trust_env=False) as client:
            yield Service(client, child.pid)
    finally:
        child.terminate()
        child.communicate(timeout=PATIENCE_SECONDS)
