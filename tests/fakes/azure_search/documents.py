"""The documents of one index, and what a batch does to them."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.fakes.azure_search.definition import VECTOR, Json
from tests.fakes.azure_search.refusal import Refusal

MOST_ACTIONS, MOST_BYTES, LONGEST_TERM = 1000, 16 * 1024 * 1024, 32_766
KEY = re.compile(r"(?!_)[\w=-]{1,1024}", re.ASCII)
ACTIONS = ("upload", "merge", "mergeOrUpload", "delete")
NATIVE: dict[str, Callable[[Any], bool]] = {
    "Edm.String": lambda value: isinstance(value, str),
    "Edm.Int32": lambda value: type(value) is int and -(2**31) <= value < 2**31,
    "Edm.Int64": lambda value: type(value) is int and -(2**63) <= value < 2**63,
    "Edm.Double": lambda value: type(value) in (int, float),
    "Edm.Boolean": lambda value: isinstance(value, bool),
}


class Documents:
    """Documents by key. What fields a document was not given are null, or empty collections."""

    def __init__(self, definition: Json) -> None:
        self.kept: dict[str, Json] = {}
        self.define(definition)

    def define(self, definition: Json) -> None:
        """Take a definition, new or changed; documents that are there lack what it adds."""
        self.definition = definition
        self.fields = {field["name"]: field for field in definition["fields"]}
        self.key = next(name for name, field in self.fields.items() if field.get("key"))
        self._empty = {
            name: [] if field["type"] == "Collection(Edm.String)" else None for name, field in self.fields.items()
        }
        self.kept = {key: {**self._empty, **document} for key, document in self.kept.items()}

    def checked(self, body: Any) -> list[Json]:
        """Return the actions of a batch. Raises Refusal where the service would take none of them."""
        if not isinstance(body, dict) or body.keys() != {"value"} or not isinstance(body["value"], list):
            raise Refusal(400, "the body of a batch is an object with a list 'value'")
        actions: list[Json] = body["value"]
        if not 1 <= len(actions) <= MOST_ACTIONS:
            raise Refusal(400, f"a batch has 1 to {MOST_ACTIONS} actions, not {len(actions)}")
        for action in actions:
            self._check(action)
        return actions

    def _check(self, action: Json) -> None:
        if action.get("@search.action", "upload") not in ACTIONS:
            raise Refusal(400, f"there is no action {action['@search.action']!r}")
        key = action.get(self.key)
        if not isinstance(key, str) or not KEY.fullmatch(key):
            raise Refusal(400, f"Invalid document key: {key!r}. Keys hold letters, digits, _, - and = alone")
        for name, value in action.items():
            if name != "@search.action":
                action[name] = self._checked_value(name, value)

    def _checked_value(self, name: str, value: Any) -> Any:
        field = self.fields.get(name)
        if field is None:
            raise Refusal(400, f"The property '{name}' does not exist on type 'search.documentFields'")
        kind = field["type"]
        if kind == VECTOR:
            return None if value is None else checked_vector(name, value, field["dimensions"])
        if kind == "Collection(Edm.String)":
            if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
                raise Refusal(400, f"the field '{name}' takes a list of texts")
        elif value is not None and not NATIVE[kind](value):
            raise Refusal(400, f"the field '{name}' takes a value of {kind}")
        if field.get("filterable") and isinstance(value, str) and len(value.encode()) > LONGEST_TERM:
            raise Refusal(400, f"the field '{name}' takes at most {LONGEST_TERM} bytes")
        return value

    def apply(self, action: Json) -> int:
        """Do one action and return its status."""
        kind, key = action.get("@search.action", "upload"), action[self.key]
        values = {name: value for name, value in action.items() if name != "@search.action"}
        present = self.kept.get(key)
        if kind == "delete":
            self.kept.pop(key, None)
            return 200
        if kind == "merge" and present is None:
            return 404
        # A vector that is not stored is gone from the service after a merge that does not bring it again.
        kept = {name: value for name, value in (present or {}).items() if self.fields[name].get("stored") is not False}
        before = self._empty if present is None or kind == "upload" else {**self._empty, **kept}
        self.kept[key] = {**before, **values}
        return 201 if present is None else 200


def checked_vector(name: str, value: Any, dimensions: int) -> Any:
    """Return a vector as an array of float32. Raises Refusal where it has another length or holds no numbers."""
    try:
        vector = np.array(value)
    except ValueError as error:
        raise Refusal(400, f"the vector field '{name}' takes a list of numbers") from error
    if vector.dtype.kind not in "fi" or vector.shape != (dimensions,):
        raise Refusal(400, f"the vector field '{name}' takes {dimensions} numbers")
    return vector.astype(np.float32)
