"""Every script that is sent to Cosmos DB for Gremlin; values travel as bindings and are never part of a script.

A chunk is a vertex that `said` what it contributes; a MENTIONS edge leads from it to each entity it names, and a
RELATES edge joins two entities for each chunk that says so. `support` on an edge is the id of that chunk's vertex, so
everything lives exactly as long as a chunk supports it. `state` of a chunk: `writing` until all its edges are there,
`new` until a version shows it, `live`, and `going` until a version is without it. A ruling is a vertex as well: what a
model or a person said of two names, `new` until a version follows it.

Cosmos DB sets an id by the property 'id'; Apache TinkerPop by T.id. That is the only difference between the two here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

MOST_VALUES = 128
"""Values of one list in one script: with two lists of 32 digits each it stays far below the limit of 64 KB."""

ABSENT = "-"
"""Fills lists up to the next size, so that few different scripts are sent; no id, name or key is this."""


@dataclass(frozen=True)
class Script:
    """A script. A list binding `names` is spelled out where the text says `within(names)`: names0, names1, ...

    Cosmos DB takes `within` with single values alone, not with a list.
    """

    text: str
    lists: tuple[str, ...] = ()

    def bound(self, bindings: Mapping[str, object]) -> tuple[str, dict[str, object]]:
        """Return the script and its bindings with lists spelled out. Raises ValueError for a list that is too long."""
        text, bound = self.text, {name: value for name, value in bindings.items() if name not in self.lists}
        for name in self.lists:
            values = listed(bindings[name])
            places = [f"{name}{place}" for place in range(len(values))]
            text = text.replace(f"within({name})", f"within({', '.join(places)})")
            bound |= dict(zip(places, values, strict=True))
        return text, bound


def slices(values: Iterable[str]) -> Iterator[list[str]]:
    """Cut values into lists that a script may have."""
    given = list(values)
    return (given[place : place + MOST_VALUES] for place in range(0, len(given), MOST_VALUES))


def listed(values: object) -> list[str]:
    """Fill a list up to the next power of two. Raises ValueError where it is longer than a script may have."""
    given = [*values] if isinstance(values, list | tuple) else []
    if len(given) > MOST_VALUES:
        raise ValueError(f"a list of a script has at most {MOST_VALUES} values")
    size = 1
    while size < len(given):
        size *= 2
    return [*given, *[ABSENT] * (size - len(given))]


BASE = Script(
    "g.V().has('tenant', tenant).hasId(vid)"
    ".project('version', 'snapshot', 'retired', 'communities', 'communities_version')"
    ".by('version').by('snapshot').by('retired').by('communities').by('communities_version')"
)

ADD_BASE = Script(
    "g.V().has('tenant', tenant).hasId(vid).fold().coalesce(unfold(), addV('base')"
    ".property('id', vid).property('tenant', tenant).property('base', base).property('version', 0)"
    ".property('snapshot', '').property('retired', '[]').property('communities', '')"
    ".property('communities_version', -1)).project('version').by('version')"
)

PUBLISH = Script(
    "g.V().has('tenant', tenant).hasId(vid).has('version', version)"
    ".property('version', following).property('snapshot', snapshot).property('retired', retired)"
    ".project('version').by('version')"
)
"""Moves the base to its next version where it is still at the version named: of two publishers one wins."""

RETIRE = Script(
    "g.V().has('tenant', tenant).hasId(vid).has('version', version).property('retired', retired)"
    ".project('version').by('version')"
)

KEEP_COMMUNITIES = Script(
    "g.V().has('tenant', tenant).hasId(vid).property('communities', communities)"
    ".property('communities_version', version).project('version').by('version')"
)

ADD_CHUNK = Script(
    "g.V().has('tenant', tenant).hasId(vid).fold().coalesce(unfold(), addV('chunk')"
    ".property('id', vid).property('tenant', tenant).property('base', base).property('chunk', chunk)"
    ".property('document', document).property('said', said).property('headings', headings))"
    ".property('state', 'writing').project('chunk').by('chunk')"
)

SHOW_CHUNK = Script(
    "g.V().has('tenant', tenant).hasId(vid).has('state', 'writing').property('state', 'new')"
    ".project('chunk').by('chunk')"
)

ADD_ENTITY = Script(
    "g.V().has('tenant', tenant).hasId(eid).fold().coalesce(unfold(), addV('entity')"
    ".property('id', eid).property('tenant', tenant).property('base', base).property('key', entity)"
    ".property('name', name)).project('key').by('key')"
)

ADD_MENTION = Script(
    "g.V().has('tenant', tenant).hasId(eid).as('entity').V().has('tenant', tenant).hasId(vid)"
    ".coalesce(outE('MENTIONS').hasId(mid), addE('MENTIONS').to('entity').property('id', mid)"
    ".property('support', vid).property('key', entity).property('name', name).property('type', kind)"
    ".property('confidence', confidence).property('source', source)).project('key').by('key')"
)

ADD_RELATION = Script(
    "g.V().has('tenant', tenant).hasId(target_id).as('target').V().has('tenant', tenant).hasId(source_id)"
    ".coalesce(outE('RELATES').hasId(rid), addE('RELATES').to('target').property('id', rid)"
    ".property('support', vid).property('source', source).property('target', target).property('type', kind)"
    ".property('confidence', confidence)).project('type').by('type')"
)

RETIRE_OTHERS = Script(
    "g.V().has('tenant', tenant).has('base', base).hasLabel('chunk').has('chunk', within(chunks))"
    ".not(hasId(within(kept))).property('state', 'going').project('chunk').by('chunk')",
    ("chunks", "kept"),
)

CHUNKS_OF = Script(
    "g.V().has('tenant', tenant).has('base', base).hasLabel('chunk').has('document', document)"
    ".project('chunk').by('chunk')"
)

RETIRE_CHUNKS = Script(
    "g.V().has('tenant', tenant).has('base', base).hasLabel('chunk').has('document', document)"
    ".has('chunk', within(chunks)).property('state', 'going').project('chunk').by('chunk')",
    ("chunks",),
)

RECORDED = Script(
    "g.V().has('tenant', tenant).has('base', base).hasLabel('chunk').has('chunk', within(chunks))"
    ".has('state', within('new', 'live')).project('chunk').by('chunk')",
    ("chunks",),
)

NEW_HEADINGS = Script(
    "g.V().has('tenant', tenant).has('base', base).hasLabel('chunk').has('state', 'new')"
    ".has('headings', neq('[]')).project('headings').by('headings')"
)

IN_STATES = Script(
    "g.V().has('tenant', tenant).has('base', base).hasLabel('chunk').has('state', within(states))"
    ".project('chunk', 'state').by('chunk').by('state').dedup()",
    ("states",),
)

SAID = Script(
    "g.V().has('tenant', tenant).has('base', base).hasLabel('chunk').has('chunk', within(chunks))"
    ".has('state', within(states)).project('chunk', 'document', 'state', 'said')"
    ".by('chunk').by('document').by('state').by('said')",
    ("chunks", "states"),
)

SETTLE = Script(
    "g.V().has('tenant', tenant).hasId(within(vids)).has('state', 'new').property('state', 'live')"
    ".project('state').by('state')",
    ("vids",),
)

DROP_RELATIONS = Script(
    "g.V().has('tenant', tenant).hasId(within(eids)).outE('RELATES').has('support', within(vids)).drop()",
    ("eids", "vids"),
)

ADD_RULING = Script(
    "g.V().has('tenant', tenant).hasId(vid).fold().coalesce(unfold(), addV('ruling')"
    ".property('id', vid).property('tenant', tenant).property('base', base).property('resolution', resolution)"
    ".property('verdict', verdict).property('alias', name).property('key', other_name)"
    ".property('one', one).property('other', other)).property('state', 'new').project('state').by('state')"
)

RULINGS = Script(
    "g.V().has('tenant', tenant).has('base', base).hasLabel('ruling').has('state', within(states))"
    ".project('resolution', 'verdict', 'alias', 'key', 'one', 'other')"
    ".by('resolution').by('verdict').by('alias').by('key').by('one').by('other')",
    ("states",),
)

ALIVE = Script(
    "g.V().has('tenant', tenant).hasId(within(vids)).hasLabel('chunk').has('state', within('new', 'live'))"
    ".project('chunk').by('chunk')",
    ("vids",),
)

DROP_RULINGS = Script("g.V().has('tenant', tenant).hasId(within(vids)).hasLabel('ruling').drop()", ("vids",))

DROP_RULINGS_OVER = Script(
    "g.V().has('tenant', tenant).has('base', base).hasLabel('ruling')"
    ".or(has('one', within(vids)), has('other', within(vids))).drop()",
    ("vids",),
)
"""A verdict goes with either of the passages that it was given over."""

DROP_CHUNKS = Script("g.V().has('tenant', tenant).hasId(within(vids)).has('state', 'going').drop()", ("vids",))

DROP_LINKS = Script(
    "g.V().has('tenant', tenant).hasId(within(eids)).inE('MENTIONS').has('source', 'gazetteer').drop()", ("eids",)
)

DROP_ORPHANS = Script("g.V().has('tenant', tenant).hasId(within(eids)).not(bothE()).drop()", ("eids",))

RELATIONS = Script(
    "g.V().has('tenant', tenant).hasId(within(eids)).bothE('RELATES').has('support', within(vids)).dedup()"
    ".project('source', 'target', 'type', 'confidence', 'support')"
    ".by('source').by('target').by('type').by('confidence').by('support')",
    ("eids", "vids"),
)
"""One hop along the relations that a readable chunk states; `vids` are those, so the mask is inside the hop."""
