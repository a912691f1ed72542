"""Patch an item as the service does, and refuse what it refuses."""

import copy
from typing import Any

from tests.fakes.cosmos.refused import Refused
from tests.fakes.cosmos.sql import read_condition

Item = dict[str, Any]

MOST_OPERATIONS = 10
SYSTEM = ("id", "_ts", "_etag", "_rid", "_self", "_attachments")


def patched(item: Item, body: Any, partition_path: str) -> Item:
    """Return the item with the patch applied. Raises Refused: 412 where the condition is false, 400 otherwise."""
    if not isinstance(body, dict) or not body.keys() <= {"operations", "condition"}:
        raise Refused(400, "a patch has operations and perhaps a condition")
    operations = body.get("operations")
    if not isinstance(operations, list) or not 1 <= len(operations) <= MOST_OPERATIONS:
        raise Refused(400, f"a patch has 1 to {MOST_OPERATIONS} operations")
    if "condition" in body and read_condition(body["condition"])(item, {}) is not True:
        raise Refused(412, "the condition of the patch is false")
    changed = copy.deepcopy(item)
    for operation in operations:
        apply(changed, operation, partition_path)
    return changed


def apply(item: Item, operation: Any, partition_path: str) -> None:
    """Apply one operation in place."""
    path = operation.get("path", "") if isinstance(operation, dict) else ""
    if not path.startswith("/") or path == "/" or path.count("//"):
        raise Refused(400, "a path begins with a slash")
    names = [name.replace("~1", "/").replace("~0", "~") for name in path[1:].split("/")]
    if names[0] in SYSTEM or path == partition_path:
        raise Refused(400, f"{path} cannot be patched")
    parent = item
    for name in names[:-1]:
        parent = parent.get(name)  # type: ignore[assignment]
        if not isinstance(parent, dict):
            raise Refused(400, f"there is nothing at the parent of {path}")
    change(parent, names[-1], operation)


def change(parent: Item, name: str, operation: Item) -> None:
    """Change one property."""
    kind, value = operation.get("op"), operation.get("value")
    if kind != "remove" and "value" not in operation:
        raise Refused(400, f"{kind} needs a value")
    if kind in ("replace", "remove") and name not in parent:
        raise Refused(400, f"{kind} needs something to change at {name}")
    if kind in ("add", "set", "replace"):
        parent[name] = value
    elif kind == "remove":
        del parent[name]
    elif kind == "incr":
        present = parent.get(name, 0)
        if any(isinstance(each, bool) or not isinstance(each, int | float) for each in (present, value)):
            raise Refused(400, "incr needs numbers")
        parent[name] = as_double(present + value)
    else:
        raise Refused(400, f"there is no operation {kind!r}")


def as_double(number: float) -> float:
    """Return a number as the service keeps it: above 2^53 not every integer is there."""
    kept = float(number)
    return int(kept) if kept.is_integer() else kept
