"""What a stopped house holds, without the numbers, versions and times that depend on how often it was started."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

KNOWLEDGE = {
    "bases": "SELECT tenant, id, name, access FROM knowledge_base",
    "documents": "SELECT tenant, base, id, name, state, reason, pages, chunk_count, vector_count, entity_count,"
    " progress, sha256, access FROM document",
    "indexed documents": "SELECT b.tenant, b.id, d.id, d.name, d.access FROM indexed_document d"
    " JOIN indexed_base b ON d.base = b.number",
    "chunks": "SELECT d.id, c.id, ordinal, title, heading_path, page, start, end, text, hex(terms), hex(vector)"
    " FROM chunk c LEFT JOIN indexed_document d ON c.document = d.number",
    "graph chunks": "SELECT b.tenant, b.id, c.id, document_id, until, since > version FROM graph_chunk c"
    " LEFT JOIN graph_base b ON c.base = b.number",
    "mentions": "SELECT c.id, key, name, type, confidence, source, start, end FROM graph_mention"
    " LEFT JOIN graph_chunk c ON chunk = number",
    "relations": "SELECT c.id, source, target, type, confidence, start, end FROM graph_relation"
    " LEFT JOIN graph_chunk c ON chunk = number",
    "aliases": "SELECT c.id, alias, key, score, reason FROM graph_alias LEFT JOIN graph_chunk c ON chunk = number",
    "headings": "SELECT key FROM graph_heading",
    "resolutions": "SELECT id, alias, key, score, band, decided_by, reason FROM graph_resolution",
    "communities": "SELECT title, report, entity_ids, chunk_ids FROM graph_community",
    "writings": "SELECT tenant, base, key, text, s.chunk FROM extraction_writing"
    " LEFT JOIN extraction_support s ON writing = number",
    "waiting for the model": "SELECT tenant, base, document FROM extraction_queue",
    "embeddings": "SELECT model, hex(text_digest), hex(vector) FROM embedding",
}

UNFINISHED = "SELECT id, status FROM runs WHERE status IN ('Pending', 'Running')"
HELD = "SELECT id FROM calls WHERE state = 'open'"
RECEIPTS = "SELECT function, path, outcome FROM receipts"


def state(house: Path) -> dict[str, Any]:
    """Return every row and file by what it is."""
    found: dict[str, Any] = {name: rows(house / "knowledge.sqlite", query) for name, query in KNOWLEDGE.items()}
    found["unfinished runs"] = rows(house / "runs.sqlite", UNFINISHED)
    found["receipts"] = rows(house / "runs_triggers.db", RECEIPTS)
    found["money held"] = rows(house / "ledger.sqlite", HELD)
    found["money reserved"] = rows(house / "ledger.sqlite", "SELECT account FROM counters WHERE reserved != 0")
    found["files"] = sorted(files(house))
    return found


def rows(file: Path, query: str) -> list[str]:
    """Return the rows of a query in an order of their own."""
    with closing(sqlite3.connect(file)) as connection:
        return sorted(json.dumps(row, ensure_ascii=False) for row in connection.execute(query))


def files(house: Path) -> Iterator[str]:
    """Name every file below the containers and what stands in it."""
    for container in ("documents", "work", ".incoming"):
        for file in (house / container).rglob("*"):
            if file.is_file():
                yield f"{file.relative_to(house)}: {file.read_text(encoding='utf-8')[:80]}"


def differences(found: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """Return what is there too much and what is missing, by what it is."""
    return {
        name: {"too much": [each for each in found[name] if each not in wanted[name]],
               "missing": [each for each in wanted[name] if each not in found[name]]}
        for name in wanted
        if found[name] != wanted[name]
    }  # fmt: skip
