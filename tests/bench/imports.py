"""What `import function_app` costs beyond the packages that every Functions app of this kind imports."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from statistics import median

from tests.azure import AZURE_ENVIRONMENT
from tests.bench.figures import Figure, show

ROUNDS = 7

FORBIDDEN = (
    "azure.ai",
    "azure.core",
    "azure.cosmos",
    "azure.identity",
    "azure.keyvault",
    "azure.monitor",
    "azure.search",
    "azure.storage",
    "gremlin_python",
    "onnx",
    "onnxruntime",
    "openai",
    "opentelemetry.sdk",
)
"""Service SDKs and engines that an import must not pull in."""

CHILD = """
import json, sys, time
import azure.durable_functions, azure.functions, azurefunctions.extensions.http.fastapi
floor, started = set(sys.modules), time.perf_counter()
import function_app
print(json.dumps([time.perf_counter() - started, len(floor), sorted(set(sys.modules) - floor), sorted(floor)]))
"""


def measure() -> Iterator[Figure]:
    """Import on each ground, in fresh processes, and count."""
    yield from measured("", {"PROFILE": "local"})
    yield from measured("_on_azure", AZURE_ENVIRONMENT)


def measured(ground: str, settings: dict[str, str]) -> Iterator[Figure]:
    """Return the figures of one ground."""
    seconds = []
    for _ in range(ROUNDS):
        taken, floor, added, below = imported(settings)
        seconds.append(taken)
    forbidden = [name for name in [*below, *added] if name.startswith(tuple(f"{each}." for each in FORBIDDEN))]
    forbidden += [name for name in [*below, *added] if name in FORBIDDEN]
    details = {"fastest": min(seconds), "rounds": ROUNDS}
    yield Figure(f"import_function_app{ground}", median(seconds), "s", details)
    yield Figure(
        f"import_function_app{ground}_modules", len(added), "modules", {"floor": floor, "forbidden": forbidden}
    )


def imported(settings: dict[str, str]) -> tuple[float, int, list[str], list[str]]:
    """Return seconds, modules of the floor, and the names that came with the app and with the floor."""
    environment = {**os.environ, **settings}
    child = subprocess.run([sys.executable, "-c", CHILD], env=environment, capture_output=True, check=True, text=True)
    seconds, floor, added, below = json.loads(child.stdout)
    return seconds, floor, added, below


if __name__ == "__main__":
    show(measure())
