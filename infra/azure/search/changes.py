"""What has to change in the index so that it holds the rows of a document, in an order that no reader suffers from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from infra.azure.search import rows
from infra.azure.search.rows import PLACED, Row
from infra.azure.search.writing import Action


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """Rows to write, to move and to take away; `relabelled` go or are written anew, and have other readers."""

    markers: tuple[Row, ...]
    added: tuple[Row, ...]
    moved: tuple[Row, ...]
    relabelled: tuple[tuple[str, list[str]], ...]
    gone: tuple[str, ...]
    gone_markers: tuple[str, ...]

    def __bool__(self) -> bool:
        """Say whether there is anything to do."""
        return any((self.markers, self.added, self.moved, self.gone, self.gone_markers))

    def phases(self) -> Iterator[Iterator[Action]]:
        """Yield groups of actions; each group begins when the one before it is done.

        Whoever may no longer read a document loses it first. Its marker comes before its first chunk and goes after
        its last, so that a cut write leaves no chunk behind that nobody knows of. What is new comes before what is
        old goes: a text that stays is there at every moment.
        """
        yield chain(
            ((key, rows.relabelling(key, access)) for key, access in self.relabelled),
            ((row.key, rows.placing(row)) for row in self.moved),
            ((row.key, rows.upload(row)) for row in self.markers),
        )
        yield ((row.key, rows.upload(row)) for row in self.added)
        yield ((key, rows.deletion(key)) for key in self.gone)
        yield ((key, rows.deletion(key)) for key in self.gone_markers)


def changes(present: Mapping[str, Mapping[str, Any]], wanted: Mapping[str, Row]) -> Changes:
    """Compare a document's rows in the index, by key, with those it must have; unchanged ones are left alone."""
    new = {key for key, row in wanted.items() if differs(present.get(key), row, ("fingerprint",))}
    moved = [row for key, row in wanted.items() if key not in new and differs(present[key], row, PLACED)]
    gone = {key: row for key, row in present.items() if key not in wanted}
    access: list[str] = next((row.fields["access"] for row in wanted.values()), [])
    rest = [key for key in present if key in gone or key in new] if wanted else []
    return Changes(
        markers=tuple(row for key, row in wanted.items() if key in new and row.fields["kind"] != "chunk"),
        added=tuple(row for key, row in wanted.items() if key in new and row.fields["kind"] == "chunk"),
        moved=tuple(moved),
        relabelled=tuple((key, access) for key in rest if present[key]["access"] != access),
        gone=tuple(key for key, row in gone.items() if row["kind"] == "chunk"),
        gone_markers=tuple(key for key, row in gone.items() if row["kind"] != "chunk"),
    )


def differs(present: Mapping[str, Any] | None, row: Row, names: tuple[str, ...]) -> bool:
    """Say whether a row is not there, or is there with another value in one of the fields."""
    return present is None or any(present[name] != row.fields[name] for name in names)
