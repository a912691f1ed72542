"""A model that reads packs as it is told to: a fixed density of names, and a relation from each to the next."""

import re
from itertools import pairwise
from typing import Any

from shared.graph.pack_rules import END
from shared.text.tokens import count_tokens

TOKENS_PER_ENTITY = 75
"""One entity per so many tokens, as the benchmarks of peers count, and two at least; relations chain them."""

NAME = re.compile(r"^(\d+) (.+) [A-Z]+$", re.MULTILINE)
PASSAGE = re.compile(r"^\[c(\d+)\] (.*?)(?=^\[c\d+\] |\Z)", re.MULTILINE | re.DOTALL)
CAPITALISED = re.compile(r"\b[A-Z][a-z]{3,}\b")


def extracted(body: dict[str, Any]) -> str:
    """Answer a request for rows as a diligent model does."""
    material = body["messages"][-1]["content"]
    names, _, passages = material.partition("\nPASSAGES\n")
    shown = {name: number for number, name in NAME.findall(names)}
    rows: list[str] = []
    new = 0
    for passage, text in PASSAGE.findall(passages):
        room = max(2, round(count_tokens(text) / TOKENS_PER_ENTITY))
        found = [number for name, number in shown.items() if name in text][:room]
        for name in dict.fromkeys(CAPITALISED.findall(text)):
            if len(found) >= room:
                break
            if not any(name in known for known in shown):
                new += 1
                shown[name] = f"n{new}"
                found.append(f"n{new}")
                rows.append(f"n{new}|{name}|CONCEPT|c{passage}")
        rows += [f"{one}|USES|{other}|0.9|c{passage}" for one, other in pairwise(found)]
    return "\n".join([*rows, END])
