"""Answers a pack of passages, the format of our own model mode, with as many entities as every other system gets."""

import re

from shared.graph.pack_rules import END
from tests.peers.findings import Entity, found

SIGN = "\nPASSAGES\n"
NAME = re.compile(r"^(\d+) (.+) ([A-Z]+)$", re.MULTILINE)
PASSAGE = re.compile(r"^\[c(\d+)\] (.*?)(?=^\[c\d+\] |\Z)", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^# .*$", re.MULTILINE)
TYPE = "PERSON"
"""Of everything found, as in the other formats; a name shown with another type is put right."""


def rows(material: str) -> str:
    """Write `number|TYPE`, `n1|Name|TYPE|c1`, `source|RELATED_TO|target|0.9|c1` and a last line."""
    shown, _, passages = material.partition(SIGN)
    names = Names(shown)
    for passage, text in PASSAGE.findall(passages):
        names.read(passage, HEADING.sub("", text))
    return "\n".join([*names.rows, END])


class Names:
    """Numbers of names, those that were shown and those that are new, and the rows so far."""

    def __init__(self, shown: str) -> None:
        self.rows: list[str] = []
        self.numbers: dict[str, str] = {}
        self.mistyped: set[str] = set()
        for number, name, kind in NAME.findall(shown):
            for word in name.casefold().split():
                self.numbers.setdefault(word, number)
            if kind != TYPE:
                self.mistyped.add(number)

    def read(self, passage: str, text: str) -> None:
        """Add the rows of a passage."""
        findings = found(text)
        numbers = {each.name: self.number(each, passage, text) for each in findings.entities}
        self.rows += [
            f"{numbers[each.source.name]}|RELATED_TO|{numbers[each.target.name]}|0.9|c{passage}"
            for each in findings.relations
        ]

    def number(self, entity: Entity, passage: str, text: str) -> str:
        """Return an entity's number, with a row where it is new or its type is put right."""
        key = entity.name.casefold()
        if key not in self.numbers:
            self.numbers[key] = f"n{sum(number.startswith('n') for number in self.numbers.values()) + 1}"
            spelled = re.search(re.escape(entity.name), text, re.IGNORECASE)
            self.rows.append(f"{self.numbers[key]}|{spelled[0] if spelled else entity.name}|{TYPE}|c{passage}")
        number = self.numbers[key]
        if number in self.mistyped:
            self.mistyped.discard(number)
            self.rows.append(f"{number}|{TYPE}")
        return number
