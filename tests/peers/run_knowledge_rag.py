"""Runs our own service and measures its process: `python -m tests.peers.run_knowledge_rag JOB`."""

import os
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.bench.service import Service, serving
from tests.peers.child import Job, run

BASE = "peers"
POLL_SECONDS = 0.02
PAGE = 100


class KnowledgeRag:
    """A client of the service; a step has ended when no run is under way any more, communities included."""

    def __init__(self, service: Service) -> None:
        self.service, self.client = service, service.client
        self.added = ""

    async def index(self, documents: list[str]) -> None:
        """Upload one document after the other and wait for them together."""
        for number, text in enumerate(documents):
            self._upload(f"{number:04}.txt", text)
        self._finish()

    async def insert(self, text: str) -> None:
        """Upload one document and wait for it."""
        self.added = self._upload("added.txt", text)
        self._finish()

    async def delete(self) -> None:
        """Delete it."""
        self.client.delete(f"knowledge/documents/{self.added}").raise_for_status()
        self._wait()

    async def ask(self, question: str, mode: str) -> bool:
        """Ask; there is one mode."""
        body = {"kb_id": BASE, "query": question, "use_cache": False}
        answer: dict[str, Any] = self.client.post("rag/query", json=body).raise_for_status().json()
        return bool(answer["sources"])

    def processor_seconds(self) -> float:
        """Return the processor time of the service."""
        return self.service.processor_seconds()

    def peak_megabytes(self) -> float:
        """Return the largest resident memory of the service."""
        return self.service.peak_megabytes()

    def _upload(self, name: str, text: str) -> str:
        answer = self.client.post(f"knowledge/bases/{BASE}/documents", files={"file": (name, text.encode())})
        document: str = answer.raise_for_status().json()["document_id"]
        return document

    def _finish(self) -> None:
        """Wait for the rules and, where a model reads after them, start it at once instead of at the next timer."""
        self._wait()
        if os.environ["EXTRACTION"] == "model":
            self.client.post("knowledge/index", json={"kb_id": BASE}).raise_for_status()
            self._wait()
        if lacking := [each for each in self._documents() if each["status"] != "ready" or each["reason"]]:
            raise RuntimeError(f"{len(lacking)} documents are not read, such as {lacking[0]}")

    def _wait(self) -> None:
        while self._runs_under_way():
            time.sleep(POLL_SECONDS)

    def _runs_under_way(self) -> bool:
        under_way = {"runtimeStatus": "Pending,Running", "showInput": "false", "top": 1}
        url = self.client.base_url.join("/runtime/webhooks/durabletask/instances")
        return bool(self.client.get(url, params=under_way).raise_for_status().json())

    def _documents(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        after = ""
        while True:
            query = {"limit": PAGE, **({"after": after} if after else {})}
            page = self.client.get(f"knowledge/bases/{BASE}/documents", params=query).raise_for_status().json()
            found += page["items"]
            after = page["next"]
            if not after:
                return found


async def start(job: Job) -> KnowledgeRag:
    """Serve an empty base until this process ends."""
    service = stack.enter_context(serving(Path(job.folder), os.environ["EMBEDDER"]))
    service.client.post("knowledge/bases", json={"name": BASE}).raise_for_status()
    return KnowledgeRag(service)


if __name__ == "__main__":
    with ExitStack() as stack:
        run(start)
