"""Runs LightRAG as its README shows it, with all defaults: `python -m tests.peers.run_lightrag JOB`."""

from lightrag import LightRAG, QueryParam
from lightrag.llm.openai import gpt_4o_mini_complete, openai_embed

from tests.peers.answer import is_answer
from tests.peers.child import InProcess, Job, run

ADDED = "added"


class LightRag(InProcess):
    """LightRAG over its files in a folder."""

    def __init__(self, rag: LightRAG) -> None:
        self.rag = rag

    async def index(self, documents: list[str]) -> None:
        """Insert all documents in one call."""
        names = [f"{number}.txt" for number in range(len(documents))]
        await self.rag.ainsert(documents, file_paths=names)
        await self._check(len(documents))

    async def insert(self, text: str) -> None:
        """Insert one document under an id that can be deleted."""
        await self.rag.ainsert(text, ids=ADDED, file_paths=f"{ADDED}.txt")

    async def delete(self) -> None:
        """Delete it."""
        outcome = await self.rag.adelete_by_doc_id(ADDED)
        if outcome.status != "success":
            raise RuntimeError(outcome.message)

    async def ask(self, question: str, mode: str) -> bool:
        """Ask in a mode."""
        return is_answer(await self.rag.aquery(question, param=QueryParam(mode=mode)))

    async def _check(self, count: int) -> None:
        states = await self.rag.doc_status.get_status_counts()
        if states.get("processed") != count:
            raise RuntimeError(f"of {count} documents: {states}")


async def start(job: Job) -> LightRag:
    """Open an empty base."""
    rag = LightRAG(working_dir=job.folder, embedding_func=openai_embed, llm_model_func=gpt_4o_mini_complete)
    await rag.initialize_storages()
    return LightRag(rag)


if __name__ == "__main__":
    run(start)
