"""Runs in a child process: the app on the real worker library, from an empty folder to a cited answer.

usage: python -m tests.functions.worker.scenario    with DATA_DIR and EMBEDDER in the environment; prints one JSON value
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from tests.functions.worker.messages import TypedData
from tests.functions.worker.worker import Worker

ROOT = Path(__file__).resolve().parents[3]
TEXT = "# Lighthouse\n\nThe Skerry lighthouse was built by Ada Quill in 1911.\n\nIts lamp burns rapeseed oil.\n"
NOWHERE = "http://127.0.0.1:9/"
CLIENT = json.dumps(
    {"taskHubName": "t", "creationUrls": {}, "managementUrls": {}, "rpcBaseUrl": NOWHERE, "baseUrl": NOWHERE}
)


def text_of(value: Any) -> TypedData:
    """Send a value as the host sends JSON."""
    return TypedData(json=json.dumps(value))


async def ingest(worker: Worker, folder: Path) -> dict[str, Any]:
    """Run the steps of a document's way by hand, as a durable run would."""
    (folder / "documents/local/lights").mkdir(parents=True)
    file = folder / "documents/local/lights/skerry.md"
    file.write_text(TEXT, encoding="utf-8")
    stat = file.stat()
    job: dict[str, Any] = {
        "tenant": "local",
        "knowledge_base": "lights",
        "name": "skerry.md",
        "etag": f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"',
    }
    from functions.bootstrap import services
    from shared.domain.jobs import IngestionJob

    await services().documents.receive(IngestionJob.from_json(job))
    batches = json.loads((await worker.invoke("parse_document", {"job": text_of(job)})).return_value.json)
    for name in (
        "embed_chunks",
        "index_chunks",
        "extract_graph",
        "publish_graph",
        "find_communities",
        "finish_document",
    ):
        await worker.invoke(name, {"job": text_of({**job, "batch": 0, "batches": batches})})
    return job


def history(kind: int, **more: Any) -> dict[str, Any]:
    """Return one event of a durable history."""
    return {"EventType": kind, "EventId": -1, "IsPlayed": False, "Timestamp": "2026-11-20T10:00:00Z", **more}


async def first_episode(worker: Worker, job: dict[str, Any]) -> dict[str, Any]:
    """Run the ingestion's orchestrator up to its first yield."""
    context = {
        "input": json.dumps(job),
        "isReplaying": False,
        "instanceId": "one",
        "parentInstanceId": None,
        "upperSchemaVersion": 2,
        "history": [history(12), history(0, Version="", Name="ingest_document")],
    }
    response = await worker.invoke("ingest_document", {"context": TypedData(string=json.dumps(context))})
    return (
        json.loads(json.loads(response.return_value.json))
        if isinstance(json.loads(response.return_value.json), str)
        else json.loads(response.return_value.json)
    )


async def main() -> dict[str, Any]:
    """Run everything and return what was seen."""
    folder = Path(os.environ["DATA_DIR"])
    worker = await Worker().start(ROOT)
    seen: dict[str, Any] = {"functions": {name: worker.bindings(name) for name in worker.functions}}
    seen["health"] = (await worker.http("health", "GET", "/api/v1/health")).json()
    created = await worker.http("create_knowledge_base", "POST", "/api/v1/knowledge/bases", json={"name": "Lights"})
    seen["created"] = [created.status_code, created.json()]
    seen["job"] = await ingest(worker, folder)
    question = {"kb_id": "lights", "query": "Who built the Skerry lighthouse?"}
    seen["answer"] = (await worker.http("rag_query", "POST", "/api/v1/rag/query", json=question)).json()
    chat = {"kb_id": "lights", "messages": [{"role": "user", "content": question["query"]}]}
    stream = await worker.http("chat_stream", "POST", "/api/v1/chat/stream", json=chat)
    seen["stream"] = [stream.headers["content-type"], stream.text]
    missing = await worker.http("rag_query", "POST", "/api/v1/rag/query", json={**question, "kb_id": "none"})
    seen["missing"] = [missing.status_code, missing.json()]
    page = await worker.http("page", "GET", "/")
    script = await worker.http("page_file", "GET", "/web/app.js", {"file": "app.js"})
    seen["page"] = [page.headers["content-type"], page.text, script.headers["content-type"]]
    seen["episode"] = await first_episode(worker, seen["job"])
    await worker.invoke("sweep_reservations", {"timer": TypedData(json='{"IsPastDue": false}')})
    gone = {"blob": TypedData(bytes=b""), "client": TypedData(string=CLIENT)}
    metadata = {
        "BlobTrigger": TypedData(string="documents/local/lights/gone.md"),
        "Properties": TypedData(json="{}"),
        "Uri": TypedData(string=""),
    }
    seen["blob"] = (await worker.invoke("document_arrived", gone, metadata=metadata)).result.status
    return seen


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.chdir(ROOT)
    sys.stdout.write(json.dumps(asyncio.run(main())))
    sys.stdout.flush()
    os._exit(0)  # The library leaves its server and its threads behind.
