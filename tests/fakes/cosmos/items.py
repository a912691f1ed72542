"""The items of one container: partitions, ETags, times to live, and what the service does not take."""

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.cosmos.patching import as_double, patched
from tests.fakes.cosmos.refused import Refused

Item = dict[str, Any]

LARGEST = 2 * 1024 * 1024
LONGEST_ID, LONGEST_KEY = 1023, 2048
MOST_IN_A_BATCH = 100


def read_json(body: bytes) -> Any:
    """Read JSON as the service does: every number is a double. Raises Refused with 400 or 413."""
    if len(body) > LARGEST:
        raise Refused(413, "the request is too large")
    try:
        return json.loads(body, parse_int=lambda digits: as_double(int(digits)))
    except ValueError:
        raise Refused(400, "the body is no JSON") from None


@dataclass
class ContainerItems:
    """What one container holds; every change of it happens in one turn of the event loop."""

    settings: Item
    clock: Callable[[], float]
    partitions: dict[str, dict[str, Item]] = field(default_factory=dict)
    written: int = 0

    @property
    def partition_path(self) -> str:
        """The path of the partition key."""
        return str(self.settings["partitionKey"]["paths"][0])

    def live(self, partition: str) -> dict[str, Item]:
        """Return the items of a partition without those whose time is over, which are dropped."""
        items = self.partitions.setdefault(partition, {})
        for name in [name for name, item in items.items() if self._is_over(item)]:
            del items[name]
        return items

    def read(self, partition: str, name: str) -> Item:
        """Return an item. Raises Refused with 404."""
        item = self.live(partition).get(name)
        if item is None:
            raise Refused(404, "there is no such item")
        return item

    def create(self, partition: str, item: Any) -> Item:
        """Add an item. Raises Refused with 409 where its id is taken."""
        self._check(partition, item)
        if item["id"] in self.live(partition):
            raise Refused(409, "the id is taken")
        return self._write(partition, item)

    def upsert(self, partition: str, item: Any, if_match: str | None = None) -> Item:
        """Add or replace an item."""
        self._check(partition, item)
        if item["id"] in self.live(partition):
            self._match(self.read(partition, item["id"]), if_match)
        return self._write(partition, item)

    def replace(self, partition: str, name: str, item: Any, if_match: str | None = None) -> Item:
        """Replace an item. Raises Refused with 404 or, where the ETag is another, 412."""
        self._check(partition, item)
        self._match(self.read(partition, name), if_match)
        if item["id"] != name:
            raise Refused(400, "the id cannot be changed")
        return self._write(partition, item)

    def patch(self, partition: str, name: str, body: Any, if_match: str | None = None) -> Item:
        """Patch an item. Raises Refused with 404, 412 or 400."""
        present = self.read(partition, name)
        self._match(present, if_match)
        changed = patched(present, body, self.partition_path)
        self._check(partition, changed)
        return self._write(partition, changed)

    def delete(self, partition: str, name: str, if_match: str | None = None) -> None:
        """Remove an item. Raises Refused with 404 or 412."""
        self._match(self.read(partition, name), if_match)
        del self.live(partition)[name]

    def batch(self, partition: str, operations: Any) -> list[Item] | tuple[int, Refused]:
        """Apply all operations or none; return what became of each, or which one was refused and why."""
        if not isinstance(operations, list) or not 1 <= len(operations) <= MOST_IN_A_BATCH:
            raise Refused(400, f"a batch has 1 to {MOST_IN_A_BATCH} operations")
        before = copy.copy(self.live(partition))
        results = []
        for place, operation in enumerate(operations):
            try:
                results.append(self._apply(partition, operation))
            except Refused as refused:
                self.partitions[partition] = before
                return place, refused
        return results

    def _apply(self, partition: str, operation: Item) -> Item:
        kind, body = operation.get("operationType"), operation.get("resourceBody")
        name, etag = operation.get("id", ""), operation.get("ifMatch")
        if kind == "Create":
            return {"statusCode": 201, "resourceBody": self.create(partition, body)}
        if kind == "Upsert":
            return {"statusCode": 200, "resourceBody": self.upsert(partition, body, etag)}
        if kind == "Replace":
            return {"statusCode": 200, "resourceBody": self.replace(partition, name, body, etag)}
        if kind == "Patch":
            return {"statusCode": 200, "resourceBody": self.patch(partition, name, body, etag)}
        if kind == "Delete":
            self.delete(partition, name, etag)
            return {"statusCode": 204}
        raise Refused(400, f"there is no operation {kind!r}")

    def _check(self, partition: str, item: Any) -> None:
        if not isinstance(item, dict) or not isinstance(item.get("id"), str):
            raise Refused(400, "an item is an object with an id")
        if not item["id"] or len(item["id"].encode()) > LONGEST_ID or set(item["id"]) & set("/\\?#"):
            raise Refused(400, "the id is empty, too long, or has one of / \\ ? #")
        if item.get(self.partition_path[1:]) != partition:
            raise Refused(400, "the partition key of the item is not that of the request", 1001)
        if len(partition.encode()) > LONGEST_KEY:
            raise Refused(400, "the partition key is too long")
        if "ttl" in item and not (isinstance(item["ttl"], int) and (item["ttl"] > 0 or item["ttl"] == -1)):
            raise Refused(400, "a time to live is -1 or a whole number of seconds above 0")
        if len(json.dumps(item, ensure_ascii=False).encode("utf-8", "surrogatepass")) > LARGEST:
            raise Refused(413, "the item is too large")

    def _write(self, partition: str, item: Item) -> Item:
        self.written += 1
        kept = {**item, "_etag": f'"{self.written:08x}"', "_ts": int(self.clock())}
        kept.setdefault("_rid", f"{self.written:012d}")
        self.live(partition)[kept["id"]] = kept
        return kept

    def _match(self, item: Item, etag: str | None) -> None:
        if etag is not None and etag != item["_etag"]:
            raise Refused(412, "the item has another ETag")

    def _is_over(self, item: Item) -> bool:
        default = self.settings.get("defaultTtl")
        lifetime = None if default is None else item.get("ttl", default)
        return lifetime not in (None, -1) and self.clock() - item["_ts"] >= lifetime  # type: ignore[operator]
