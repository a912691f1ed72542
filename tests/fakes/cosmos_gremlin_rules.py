"""What Cosmos DB for Gremlin takes and what it refuses, as far as scripts and bindings show it."""

import re
from collections.abc import Iterator, Mapping

from shared.text.lexicon import lexicon

STEPS = lexicon(
    "V E addV addE property properties has hasLabel hasId hasNot and or not where is as by to from select project"
    " coalesce constant count dedup drop executionProfile fold unfold group inject limit range sample local optional"
    " order path repeat times until emit store tree union out in both outE inE bothE outV inV bothV otherV"
)
"""The steps of learn.microsoft.com/azure/cosmos-db/gremlin/support, with the modulators of those steps."""

PREDICATES = lexicon("within without eq neq lt lte gt gte between")
"""The comparisons of the same page; `within` and `without` take single values, and no list."""

LONGEST_SCRIPT = 64 * 1024
"""Bytes of one script, from learn.microsoft.com/azure/cosmos-db/gremlin/limits."""

MOST_STEPS = 400

LITERAL = re.compile(r"'[^'\\]*'")
CALL = re.compile(r"([A-Za-z_]+)\s*\(")
START = re.compile(r"\b[VE]\(\)")
ADDED = re.compile(r"addV\((?:'[^']*')?\)((?:\.property\([^()]*\))*)")


def complaints(script: str, bindings: Mapping[str, object], partition: str = "tenant") -> Iterator[str]:
    """Yield why the service would refuse a script, or why it would search all partitions for it."""
    bare = LITERAL.sub("''", script)
    steps = CALL.findall(bare)
    if len(script.encode()) > LONGEST_SCRIPT:
        yield "the script is longer than 64 KB"
    if len(steps) > MOST_STEPS:
        yield "the script has more than 400 steps"
    if any(sign in bare for sign in '{};"\\$'):
        yield "lambdas, several statements and quotes inside quotes are not taken"
    yield from (f"the step {step} is not known" for step in sorted({*steps} - STEPS - PREDICATES))
    if not bare.startswith("g."):
        yield "a script starts at g"
    if len(START.findall(bare)) != script.count(f"V().has('{partition}', {partition})"):
        yield "a start without the partition key searches every partition"
    for properties in ADDED.findall(script):
        if f".property('{partition}', {partition})" not in properties:
            yield f"a vertex needs the partition key {partition}"
    yield from (
        f"the binding {name} is no single value"
        for name, value in bindings.items()
        if not isinstance(value, str | int | float)
    )
    if partition in bindings and not bindings[partition]:
        yield "the partition key is empty"
