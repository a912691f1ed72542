"""Runs GraphRAG's standard method with the settings of `graphrag init`: `python -m tests.peers.run_graphrag JOB`."""

import os
import tracemalloc
from pathlib import Path

import pandas
from graphrag import api
from graphrag.cli.initialize import initialize_project_at
from graphrag.config.load_config import load_config
from graphrag.config.models.graph_rag_config import GraphRagConfig

from tests.peers.answer import is_answer
from tests.peers.child import InProcess, Job, run

LEVEL = 2
"""Of the communities, as the command line has it."""

DIMENSIONS = 1536
"""Of the server's vectors; the default, 3,072, is for another model."""

RESPONSE = "Multiple Paragraphs"

TABLES = {
    "local": ("entities", "communities", "community_reports", "text_units", "relationships"),
    "global": ("entities", "communities", "community_reports"),
}


class MicrosoftGraphRag(InProcess):
    """GraphRAG over a project folder."""

    def __init__(self, folder: Path, config: GraphRagConfig) -> None:
        self.folder, self.config = folder, config
        self.tables: dict[str, pandas.DataFrame] = {}

    async def index(self, documents: list[str]) -> None:
        """Put the documents into the input folder and build the index."""
        for number, text in enumerate(documents):
            (self.folder / "input" / f"{number:04}.txt").write_text(text, encoding="utf-8")
        await self._build(update=False)

    async def insert(self, text: str) -> None:
        """Put one more document there and update the index."""
        (self.folder / "input" / "added.txt").write_text(text, encoding="utf-8")
        await self._build(update=True)

    async def delete(self) -> None:
        """Say what is missing."""
        raise NotImplementedError("GraphRAG deletes no document")

    async def ask(self, question: str, mode: str) -> bool:
        """Ask in a mode; the tables are read once, as a service would."""
        known = {"config": self.config, "community_level": LEVEL, "response_type": RESPONSE, "query": question}
        if mode == "local":
            answer, _ = await api.local_search(**known, **self._read("local"), covariates=None)
        else:
            tables = self._read("global")
            answer, _ = await api.global_search(**known, **tables, dynamic_community_selection=False)
        return is_answer(str(answer))

    async def _build(self, *, update: bool) -> None:
        self.tables.clear()
        outputs = await api.build_index(self.config, is_update_run=update)
        if errors := [f"{each.workflow}: {each.error}" for each in outputs if each.error]:
            raise RuntimeError("; ".join(errors))

    def _read(self, mode: str) -> dict[str, pandas.DataFrame]:
        for name in TABLES[mode]:
            if name not in self.tables:
                self.tables[name] = pandas.read_parquet(self.folder / "output" / f"{name}.parquet")
        return {name: self.tables[name] for name in TABLES[mode]}


async def start(job: Job) -> MicrosoftGraphRag:
    """Initialize a project whose models are on the server."""
    folder = Path(job.folder)
    initialize_project_at(folder, force=True, model="gpt-4.1", embedding_model="text-embedding-3-small")
    server = {"api_base": job.base_url, "api_key": "sk-loopback"}
    models = {
        "completion_models": {"default_completion_model": server},
        "embedding_models": {"default_embedding_model": server},
        "vector_store": {"vector_size": DIMENSIONS},
    }
    return MicrosoftGraphRag(folder, load_config(folder, models))


def trace_nothing(frames: int = 1) -> None:
    """Stand in for tracemalloc.start, which GraphRAG calls around every workflow; what reads it gets zeros."""


if __name__ == "__main__":
    if os.environ["MEMORY_TRACING"] == "off":
        tracemalloc.start = trace_nothing
    run(start)
