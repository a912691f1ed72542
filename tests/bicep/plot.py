"""Reads the Bicep files: their text, their syntax tree, and what they declare."""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import tree_sitter_bicep
from pycep import BicepParser
from tree_sitter import Language, Node, Parser

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "bicep"
FILES = sorted(FOLDER.rglob("*.bicep"))
REFERENCE = re.compile(r"\b(\w+)(?:\[[^\]]+\])?!?\.outputs\.(\w+)")


@dataclass(frozen=True)
class Template:
    """One file: its path, its text, and its declarations as the second parser reads them."""

    path: Path
    text: str
    declared: dict[str, Any]

    @property
    def parameters(self) -> dict[str, Any]:
        """Parameters by name."""
        return self.declared.get("parameters", {})

    @property
    def resources(self) -> list[dict[str, Any]]:
        """Resources, those that exist elsewhere left out."""
        return [each for each in self.declared.get("resources", {}).values() if not each["existing"]]

    @property
    def modules(self) -> dict[str, dict[str, Any]]:
        """Modules by symbol."""
        return self.declared.get("modules", {})

    @property
    def outputs(self) -> dict[str, Any]:
        """Outputs by name."""
        return self.declared.get("outputs", {})

    def module(self, symbol: str) -> "Template":
        """Return the file that a module is made from."""
        return template(self.path.parent / self.modules[symbol]["detail"]["path"])


@cache
def template(path: Path) -> Template:
    """Read one file."""
    text = path.read_text(encoding="utf-8")
    return Template(path.resolve(), text, BicepParser().parse(text=text))


def error_nodes(path: Path) -> list[tuple[int, str]]:
    """Return line and text of everything in a file that the grammar does not know."""
    tree = Parser(Language(tree_sitter_bicep.language())).parse(path.read_bytes())
    found: list[tuple[int, str]] = []
    waiting: list[Node] = [tree.root_node]
    while waiting:
        node = waiting.pop()
        if node.type == "ERROR" or node.is_missing:
            found.append((node.start_point[0] + 1, (node.text or b"").decode()[:80]))
        waiting += node.children
    return found


def json_of(name: str) -> Any:
    """Read a JSON file that stands beside the Bicep files."""
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def config_of(declaration: dict[str, Any]) -> dict[str, Any]:
    """Return the body of a resource or module, the one inside the loop where there is a loop."""
    config: dict[str, Any] = declaration["config"]
    return config.get("config", config)


def value_at(config: Any, path: str) -> Any:
    """Follow a dotted path into a body; None where it ends early."""
    for step in path.split("."):
        config = config.get(step) if isinstance(config, dict) else None
    return config
