"""Answer queries page by page."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from tests.fakes.cosmos.items import ContainerItems
from tests.fakes.cosmos.refused import Refused
from tests.fakes.cosmos.sql import Query, read_query

Item = dict[str, Any]

NOT_SERVABLE = 1004
"""What the service says of a query over all partitions that one request cannot answer."""


def page(
    items: ContainerItems, partition: str | None, body: Any, size: int, token: str | None
) -> tuple[list[Item], str | None]:
    """Return one page of a query in one partition or, where that is None, in all; and the token of the next page."""
    if not isinstance(body, dict) or not body.keys() <= {"query", "parameters"}:
        raise Refused(400, "a query has a text and parameters")
    query = read_query(body["query"])
    parameters = {each["name"]: each["value"] for each in body.get("parameters", [])}
    check(items, query, partition)
    partitions = [partition] if partition is not None else list(items.partitions)
    rows = [item for each in partitions for item in items.live(each).values() if query.holds(item, parameters)]
    rows.sort(key=lambda item: position(query, item), reverse=query.is_descending)
    if token is not None:
        after = read_token(token)
        rows = rows[sum(is_past(query, item, after) for item in rows) :]
    shown, left = rows[:size], rows[size:]
    following = write_token(position(query, shown[-1])) if left and shown else None
    return [query.projected(item) for item in shown], following


def check(items: ContainerItems, query: Query, partition: str | None) -> None:
    """Refuse an order over all partitions, and one by a path that is not indexed."""
    if query.order_by and partition is None:
        raise Refused(400, "the query cannot be served by the gateway", NOT_SERVABLE)
    indexed = {each["path"] for each in items.settings["indexingPolicy"]["includedPaths"]}
    for path in query.order_by:
        if not {f"/{path}/?", "/*"} & indexed:
            raise Refused(400, f"the order by {path} needs an index")


def position(query: Query, item: Item) -> list[Any]:
    """Return where an item stands in the order of a query."""
    return [*(item.get(name, "") for name in query.order_by), item["_rid"]]


def is_past(query: Query, item: Item, after: list[Any]) -> bool:
    """Say whether an item stood on an earlier page."""
    place = position(query, item)
    return place >= after if query.is_descending else place <= after


def write_token(after: list[Any]) -> str:
    """Write a continuation token."""
    return base64.b64encode(json.dumps(after).encode()).decode()


def read_token(token: str) -> list[Any]:
    """Read a continuation token. Raises Refused with 400."""
    try:
        after: list[Any] = json.loads(base64.b64decode(token, validate=True))
    except ValueError:
        raise Refused(400, "the continuation token is malformed") from None
    return after


def parameters_of(headers: Mapping[str, str]) -> tuple[int, str | None]:
    """Return the page size and the continuation token of a request."""
    size = int(headers.get("x-ms-max-item-count", "100"))
    return (100 if size == -1 else size), headers.get("x-ms-continuation")
