"""Read a model's answer to a pack strictly: rows that hold are kept by passage, and what is wrong is said."""

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.domain.extraction import NamedThing, Reading, StatedRelation
from shared.domain.graph import EntityType, RelationType
from shared.graph.pack_rules import END
from shared.graph.packs import Pack

FENCE = re.compile(r"\A`{3}\w*\Z")
NEW = re.compile(r"\An\d{1,4}\Z")
PASSAGE = re.compile(r"\A\[?c(\d{1,5})\]?\Z")
LONGEST_NAME = 120
"""Characters of a name; longer ones are sentences."""

TYPES: Mapping[str, EntityType] = {each.value: each for each in EntityType}
RELATIONS: Mapping[str, RelationType] = {each.value: each for each in RelationType}

STRANGE_SHARE = 0.5
"""Share of rows that do not hold, names and numbers that were not shown among them, from which none is believed."""


@dataclass(frozen=True, slots=True)
class PackAnswer:
    """Readings by place in the pack, of those passages alone that were answered whole; `problem` is "" for all."""

    readings: dict[int, Reading]
    problem: str


@dataclass(slots=True)
class Rows:
    """What the rows of one answer say so far. `last` is the furthest passage that a row speaks of, -1 before any."""

    pack: Pack
    types: dict[str, EntityType | None] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    things: defaultdict[int, list[NamedThing]] = field(default_factory=lambda: defaultdict(list))
    relations: defaultdict[int, list[StatedRelation]] = field(default_factory=lambda: defaultdict(list))
    held: int = 0
    strange: int = 0
    last: int = -1

    def take(self, cells: list[str]) -> None:
        """Keep a row that holds; count one that does not."""
        match cells:
            case [number, kind]:
                holds = self._type(number, kind)
            case [number, name, kind, passage]:
                holds = self._name(number, name, kind, passage)
            case [source, kind, target, confidence, passage]:
                holds = self._relation(source, kind, target, confidence, passage)
            case _:
                holds = False
        self.held += holds
        self.strange += not holds

    def _type(self, number: str, kind: str) -> bool:
        name = self.names.get(number)
        if name is None or (kind != "-" and kind not in TYPES):
            return False
        self.types[name] = TYPES.get(kind)
        return True

    def _name(self, number: str, name: str, kind: str, passage: str) -> bool:
        place = self._place(passage)
        is_new = bool(NEW.match(number)) and 1 < len(name) <= LONGEST_NAME and kind in TYPES
        if not is_new or place is None or name not in self.pack.chunks[place].text:
            return False
        self.names[number] = name
        self.things[place].append(NamedThing(name, TYPES[kind]))
        self.last = max(self.last, place)
        return True

    def _relation(self, source: str, kind: str, target: str, confidence: str, passage: str) -> bool:
        place, sure = self._place(passage), probability(confidence)
        one, other = self.names.get(source), self.names.get(target)
        if place is None or sure is None or not one or not other or one == other or kind not in RELATIONS:
            return False
        self.relations[place].append(StatedRelation(one, other, RELATIONS[kind], sure))
        self.last = max(self.last, place)
        return True

    def _place(self, passage: str) -> int | None:
        match = PASSAGE.match(passage)
        place = int(match.group(1)) - 1 if match else -1
        return place if 0 <= place < len(self.pack.chunks) else None

    def reading(self, place: int) -> Reading:
        """Return what was said of one passage; a type that was put right counts wherever the name stands."""
        text = self.pack.chunks[place].text
        typed = [NamedThing(name, kind) for name, kind in self.types.items() if name in text]
        return Reading((*typed, *self.things[place]), tuple(dict.fromkeys(self.relations[place])))


def answered(pack: Pack, text: str) -> PackAnswer:
    """Read an answer. Of one that was cut, the passages before the last one spoken of are whole."""
    lines = [line for each in text.splitlines() if (line := each.strip()) and not FENCE.match(line)]
    is_whole = bool(lines) and lines[-1] == END
    rows = Rows(pack, names={str(number): each.name for number, each in enumerate(pack.names, 1)})
    complete = lines[:-1]  # the last line is the end, or the one that was cut
    for line in complete:
        rows.take(cells_of(line))
    if problem := complaint(pack, rows, lines, is_whole):
        return PackAnswer({}, problem)
    if is_whole:
        return PackAnswer({place: rows.reading(place) for place in range(len(pack.chunks))}, "")
    return PackAnswer({place: rows.reading(place) for place in range(rows.last)}, "the model's answer was cut short")


def complaint(pack: Pack, rows: Rows, lines: list[str], is_whole: bool) -> str:
    """Say why nothing of an answer is believed, or ""."""
    if not lines:
        return "the model answered nothing"
    if rows.held == 0 and not is_whole:
        return "the model answered in prose instead of rows"
    if rows.strange > STRANGE_SHARE * (rows.held + rows.strange):
        return "the model answered with names and numbers that it was not shown"
    if rows.held == 0 and len(pack.names) > 1:
        return "the model found nothing in passages that name several things"
    return ""


def cells_of(line: str) -> list[str]:
    """Split a row, written with bars or as a JSON list."""
    if line.startswith("["):
        try:
            found = json.loads(line.rstrip(","))
        except ValueError:
            return []
        return [str(each).strip() for each in found] if isinstance(found, list) else []
    return [cell.strip() for cell in line.strip("|").split("|")]


def probability(text: str) -> float | None:
    """Return a number in [0, 1], or None."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number <= 1 else None
