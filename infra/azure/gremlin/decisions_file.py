"""The decisions about names of one version as a file of their own, which publishers and readers share."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from infra.azure.gremlin.deciding import Decided, said_of
from infra.azure.gremlin.rulings import Ruling
from shared.domain.access import BaseKey
from shared.domain.errors import StoreUnavailable
from shared.domain.resolution import Band, Decider, Decision, Resolution, Verdict, resolution_id
from shared.graph.knowledge_of_names import Said


def decisions_file(decided: Decided) -> bytes:
    """Write decisions; the documents of a name are written once, however many pairs rest on them."""
    shown = {side: place for place, side in enumerate(dict.fromkeys(chain(*map(sides, decided.said))))}
    documents = {each: place for place, each in enumerate(sorted(set(chain(*shown))))}

    def rows(said: Iterable[Said]) -> list[list[object]]:
        return [[*said_of(each), *(shown[side] for side in sides(each))] for each in said]

    written = {
        "documents": list(documents),
        "shown": [[documents[each] for each in side] for side in shown],
        "said": [rows(said) for said in (decided.stated, decided.shortened, decided.spelled)],
        "decisions": [row_of(each) for each in decided.resolutions],
        "rulings": [
            [each.resolution, each.verdict or "", each.alias, each.key, each.one, each.other]
            for each in decided.rulings.values()
        ],
    }
    return gzip.compress(json.dumps(written, separators=(",", ":")).encode(), 3, mtime=0)


def sides(said: Said) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the documents on either side of what is said."""
    return tuple(said.alias_documents), tuple(said.key_documents)


def row_of(resolution: Resolution) -> list[object]:
    """Write a decision; its id follows from its names."""
    each, moment = resolution.decision, int(resolution.decided_at.timestamp())
    return [each.alias, each.key, each.score, each.band.value, each.decided_by.value, each.reason, moment]


def read_decisions(base: BaseKey, file: bytes) -> Decided:
    """Read what `decisions_file` wrote. Raises StoreUnavailable where it is damaged."""
    try:
        held = json.loads(gzip.decompress(file))
        shown = [tuple(held["documents"][place] for place in side) for side in held["shown"]]
        said = ([read_said(row, shown) for row in rows] for rows in held["said"])
        return Decided(list(resolutions(base, held["decisions"])), read_rulings(held["rulings"]), *said)
    except (EOFError, IndexError, KeyError, OSError, TypeError, ValueError) as error:
        raise StoreUnavailable(f"the decisions about names are damaged: {error}") from error


def read_said(row: list[Any], shown: list[tuple[str, ...]]) -> Said:
    """Read one thing that is said."""
    alias, key, score, reason, one, other = row
    return Said(alias, key, score, reason, shown[one], shown[other])


def resolutions(base: BaseKey, rows: Iterable[list[Any]]) -> Iterable[Resolution]:
    """Read decisions."""
    for alias, key, score, band, decider, reason, moment in rows:
        decision = Decision(alias, key, score, Band(band), Decider(decider), reason)
        yield Resolution(resolution_id(base, alias, key), decision, datetime.fromtimestamp(moment, UTC))


def read_rulings(rows: Iterable[list[str]]) -> dict[str, Ruling]:
    """Read rulings, by vertex."""
    read = (Ruling(resolution, Verdict(said) if said else None, *rest) for resolution, said, *rest in rows)
    return {each.vertex: each for each in read}
