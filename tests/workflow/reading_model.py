"""A model that reads packs, in a process of its own that outlives the houses that are killed while they ask it.

`python -m tests.workflow.reading_model FILE` prints where it serves, appends each request's passages to the file as a
line of JSON before it answers, and ends with its standard input.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.fakes.extractor import extracted
from tests.fakes.openai_server import OpenAIServer


@contextmanager
def reading_model(requests: Path) -> Iterator[str]:
    """Run the model while the block runs; gives its URL."""
    command = [sys.executable, "-m", "tests.workflow.reading_model", str(requests)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().strip()
        process.kill()


def asked(requests: Path) -> list[str]:
    """Return the passages of each request so far, in order."""
    lines = requests.read_text(encoding="utf-8").splitlines() if requests.exists() else []
    return [json.loads(line) for line in lines]


def serve(requests: Path) -> None:
    def noted(body: dict[str, Any]) -> str:
        passages = body["messages"][-1]["content"].partition("\nPASSAGES\n")[2]
        with requests.open("a", encoding="utf-8") as file:
            file.write(json.dumps(passages) + "\n")
        return extracted(body)

    with OpenAIServer(noted) as server:
        sys.stdout.write(server.base_url + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
