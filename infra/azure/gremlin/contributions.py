"""Contributions as the text that a chunk's vertex keeps, and the ids that follow from their content."""

import json

from shared.domain.access import BaseKey
from shared.domain.graph import (
    AliasMention,
    Contribution,
    EntityType,
    Mention,
    MentionSource,
    RelationMention,
    RelationType,
)
from shared.domain.identity import content_id


def said_by(contribution: Contribution) -> str:
    """Write what a chunk contributes."""
    mentions = [
        [m.key, m.name, m.type.value, m.confidence, m.source.value, m.start, m.end] for m in contribution.mentions
    ]
    relations = [[r.source, r.target, r.type.value, r.confidence, r.start, r.end] for r in contribution.relations]
    aliases = [[a.alias, a.key, a.score, a.reason] for a in contribution.aliases]
    return json.dumps([mentions, relations, aliases], ensure_ascii=False, separators=(",", ":"))


def contribution_of(chunk: str, document: str, said: str) -> Contribution:
    """Read what `said_by` wrote."""
    mentions, relations, aliases = json.loads(said)
    return Contribution(
        chunk,
        document,
        tuple(Mention(k, n, EntityType(t), c, MentionSource(s), start, end) for k, n, t, c, s, start, end in mentions),
        tuple(RelationMention(s, t, RelationType(k), c, start, end) for s, t, k, c, start, end in relations),
        tuple(AliasMention(*alias) for alias in aliases),
    )


def base_vertex(base: BaseKey) -> str:
    """Name the vertex that says which version of a base is published."""
    return content_id("graph-base", base.tenant, base.id)


def chunk_vertex(base: BaseKey, chunk: str, said: str) -> str:
    """Name the vertex of a chunk by what it says: another contribution of the same chunk is another vertex."""
    return content_id("graph-chunk", base.tenant, base.id, chunk, said)


def headings_of(contribution: Contribution) -> frozenset[str]:
    """Return the keys that a heading above the chunk names."""
    return frozenset(each.key for each in contribution.mentions if each.source is MentionSource.HEADING)
