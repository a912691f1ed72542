"""What decisions about names rest on in the file, and which of them hold for everybody."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from infra.local.graph_store.merging import merged
from shared.domain.access import BaseKey
from shared.graph import knowledge_of_names
from shared.graph.grounds import Access
from shared.graph.knowledge_of_names import Grounds, Said, merges_held
from shared.graph.resolution import Pair

LABELS = """
SELECT indexed_document.id, access FROM indexed_document JOIN indexed_base ON base = indexed_base.number
WHERE tenant = ? AND indexed_base.id = ?
"""

IN_DOCUMENTS = """
SELECT s.alias, s.key, score, reason, document_id AS one, document_id AS other FROM json_each(?2) pair
  JOIN graph_alias s ON s.base = ?1 AND s.alias = pair.value ->> 0 AND s.key = pair.value ->> 1
  JOIN graph_chunk ON graph_chunk.number = chunk JOIN graph_base ON graph_base.number = s.base AND since <= version
UNION SELECT s.alias, s.key, score, reason, document, document FROM json_each(?2) pair
  JOIN graph_likeness s ON s.base = ?1 AND s.alias = pair.value ->> 0 AND s.key = pair.value ->> 1
  WHERE document <> ''
UNION SELECT v.alias, v.key, 0.0, '', one.document_id, other.document_id FROM json_each(?2) pair
  JOIN graph_verdict v ON v.base = ?1 AND v.alias = pair.value ->> 0 AND v.key = pair.value ->> 1
  JOIN graph_chunk one ON one.number = v.one JOIN graph_chunk other ON other.number = v.other
"""

IN_SPELLINGS = """
SELECT s.alias, s.key, score, reason FROM json_each(?2) pair
  JOIN graph_likeness s ON s.base = ?1 AND s.alias = pair.value ->> 0 AND s.key = pair.value ->> 1 AND document = ''
"""

NAMING = "SELECT DISTINCT key, document FROM graph_naming WHERE base = ?1 AND key IN (SELECT value FROM json_each(?2))"


def labels_of(connection: sqlite3.Connection, base: BaseKey) -> dict[str, Access]:
    """Return the access labels of the base's documents as they are now."""
    rows = connection.execute(LABELS, (base.tenant, base.id))
    return {id: frozenset(json.loads(access)) for id, access in rows}


def grounds(
    connection: sqlite3.Connection, number: int, pairs: Collection[Pair], labels: Mapping[str, Access]
) -> Grounds:
    """Read what speaks for decisions; a document that is not indexed is readable by nobody."""
    return knowledge_of_names.grounds(said(connection, number, pairs), labels)


def said(connection: sqlite3.Connection, number: int, pairs: Collection[Pair]) -> Iterator[Said]:
    """Yield what is said of pairs, where it is said."""
    both = json.dumps([way for one, other in pairs for way in ((one, other), (other, one))])
    for alias, key, score, reason, one, other in connection.execute(IN_DOCUMENTS, (number, both)):
        yield Said(alias, key, score, reason, (one,), (other,))
    spelled = connection.execute(IN_SPELLINGS, (number, both)).fetchall()
    naming: defaultdict[str, list[str]] = defaultdict(list)
    keys = json.dumps([key for row in spelled for key in row[:2]])
    for key, document in connection.execute(NAMING, (number, keys)):
        naming[key].append(document)
    for alias, key, score, reason in spelled:
        yield Said(alias, key, score, reason, naming[alias], naming[key])


def held_merges(connection: sqlite3.Connection, number: int, base: BaseKey, access: set[Access]) -> dict[str, str]:
    """Return the canonical key of every key that merges for everybody; `access` are labels that documents carry."""
    decisions = [each.decision for each in merged(connection, number)]
    if len(access) <= 1:  # whoever may read anything may read all of it
        return {each.alias: each.key for each in decisions}
    labels = labels_of(connection, base)
    known = grounds(connection, number, [each.pair for each in decisions], labels)
    return merges_held(decisions, known, set(labels.values()))
