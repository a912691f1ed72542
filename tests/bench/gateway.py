"""A gateway that many put before their models, LiteLLM's proxy, in an environment of its own."""

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from tests.peers.environment import Environment

MODEL = "instant"
GATEWAY = Environment(".venv-gateway", Path(__file__).with_name("gateway.txt"))
PATIENCE_SECONDS = 120


@contextmanager
def serving(model: int) -> Iterator[tuple[int, str]]:
    """Put the gateway before the model on a port; yields its own port, or 0 and what went wrong."""
    if trouble := GATEWAY.problem():
        yield 0, trouble
        return
    with TemporaryDirectory(prefix="gateway-") as folder:
        port = free_port()
        child = started(Path(folder), model, port)
        try:
            yield (port, "") if answers(child, port) else (0, "the gateway did not start")
        finally:
            child.terminate()
            child.wait()


def started(folder: Path, model: int, port: int) -> "subprocess.Popen[bytes]":
    """Start the gateway with one worker, no log and no database."""
    served = {"model": f"openai/{MODEL}", "api_base": f"http://127.0.0.1:{model}/v1", "api_key": "none"}
    configuration = folder / "gateway.json"
    configuration.write_text(json.dumps({"model_list": [{"model_name": MODEL, "litellm_params": served}]}))
    command = [GATEWAY.python.with_name("litellm"), "--config", configuration, "--port", str(port)]
    quiet = {"LITELLM_LOG": "ERROR", "LITELLM_LOCAL_MODEL_COST_MAP": "True", "NO_PROXY": "127.0.0.1"}
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--num_workers", "1", "--telemetry", "False"],
            env={**os.environ, **quiet},
            stdout=log,
            stderr=log,
        )


def answers(child: "subprocess.Popen[bytes]", port: int) -> bool:
    """Wait until the gateway answers; return False where it ends or takes too long."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while child.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/health/liveliness", trust_env=False).is_success:
                return True
        except httpx.HTTPError:
            time.sleep(0.5)
    return False


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])
