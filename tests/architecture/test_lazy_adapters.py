"""An adapter of the cloud costs nothing before its first use."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, name_of, product_files, tree

SDKS = ("azure", "openai", "gremlin_python", "aiohttp", "msal", "opentelemetry")

IMPORTED_LATER = {"infra/azure/gremlin/lane.py"}
"""Files that extend a class of their SDK, and that another file imports with the first call."""

ADAPTERS = [
    file for file in product_files() if name_of(file).startswith("infra/azure/") and name_of(file) not in IMPORTED_LATER
]


def imported_at_once(nodes: list[ast.stmt]) -> Iterator[str]:
    """Go through the modules that importing a file imports: not those inside functions, or for type checking alone."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            yield from imported_at_once(node.orelse)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for block in ("body", "orelse", "finalbody"):
                yield from imported_at_once(getattr(node, block, []))


@pytest.mark.parametrize("file", ADAPTERS, ids=name_of)
def test_an_adapter_of_the_cloud_does_not_import_its_sdk_with_itself(file: Path) -> None:
    assert [each for each in imported_at_once(tree(file).body) if each.split(".")[0] in SDKS] == []


def test_importing_every_adapter_of_the_cloud_imports_no_sdk() -> None:
    modules = [name_of(file).removesuffix(".py").removesuffix("/__init__").replace("/", ".") for file in ADAPTERS]
    script = f"import sys, {', '.join(modules)}; print([name for name in {SDKS!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
