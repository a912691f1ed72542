"""The product's source files, read once."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("functions", "shared", "infra")


@cache
def product_files() -> tuple[Path, ...]:
    """Return the Python files that are deployed."""
    return (ROOT / "function_app.py", *(file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py"))))


@cache
def files_of_tests() -> tuple[Path, ...]:
    """Return the Python files of the tests."""
    return tuple(sorted((ROOT / "tests").rglob("*.py")))


@cache
def tree(file: Path) -> ast.Module:
    """Return a file's syntax tree."""
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def name_of(file: Path) -> str:
    """Return a file's path as a reader knows it."""
    return file.relative_to(ROOT).as_posix()


def functions_of(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Go through every function and method of a file."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imports_of(file: Path) -> Iterator[str]:
    """Go through every module that a file imports, wherever in the file."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
