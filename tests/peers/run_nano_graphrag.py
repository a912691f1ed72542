"""Runs nano-graphrag as its README shows it, with all defaults: `python -m tests.peers.run_nano_graphrag JOB`."""

from nano_graphrag import GraphRAG, QueryParam

from tests.peers.answer import is_answer
from tests.peers.child import InProcess, Job, run


class NanoGraphRag(InProcess):
    """nano-graphrag over its files in a folder."""

    def __init__(self, rag: GraphRAG) -> None:
        self.rag = rag

    async def index(self, documents: list[str]) -> None:
        """Insert all documents in one call."""
        await self.rag.ainsert(documents)
        if not await self.rag.community_reports.all_keys():
            raise RuntimeError("nothing was extracted")

    async def insert(self, text: str) -> None:
        """Insert one document."""
        await self.rag.ainsert(text)

    async def delete(self) -> None:
        """Say what is missing."""
        raise NotImplementedError("nano-graphrag deletes no document")

    async def ask(self, question: str, mode: str) -> bool:
        """Ask in a mode."""
        return is_answer(await self.rag.aquery(question, param=QueryParam(mode=mode)))


async def start(job: Job) -> NanoGraphRag:
    """Open an empty base."""
    return NanoGraphRag(GraphRAG(working_dir=job.folder))


if __name__ == "__main__":
    run(start)
