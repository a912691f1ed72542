"""Answer one question: the only file that knows the order of the steps."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from time import perf_counter

from shared.answering.calibration import calibrated
from shared.answering.citations import check_citations
from shared.answering.compression import compressed
from shared.answering.confidence import confidence
from shared.answering.fit_passages import fit_passages
from shared.answering.question_class import question_class
from shared.answering.question_screen import screened
from shared.answering.standalone import standalone
from shared.domain.answers import (
    Answer,
    AnswerEvent,
    Finished,
    Hit,
    Prompt,
    Question,
    QuestionClass,
    References,
    Retrieval,
    TextDelta,
    Timings,
)
from shared.ports.answer_cache import AnswerCache
from shared.ports.chunk_index import ChunkIndex
from shared.ports.models import ChatModel
from shared.services.retrieve import Retriever
from shared.services.search_onward import OnwardSearch
from shared.services.spend import SpendGate
from shared.services.write import Draft, Writing

NO_MODEL = "none"
"""The model of an answer that nothing was found for: none was asked, so nothing was paid."""


@dataclass(frozen=True)
class Asking:
    """Questions to one knowledge base. `context_tokens` bounds the passages that a model reads."""

    retriever: Retriever
    index: ChunkIndex
    cache: AnswerCache
    gate: SpendGate
    model: ChatModel
    context_tokens: int

    def screen(self, question: Question) -> Question:
        """Return the question as it will be asked. Raises BadQuestion."""
        return replace(question, text=screened(question.text))

    async def answer(self, question: Question) -> Answer:
        """Answer in one piece."""
        async with aclosing(self.stream(question)) as events:
            async for event in events:
                if isinstance(event, Finished):
                    return event.answer
        raise AssertionError("a stream ends with Finished or an error")

    async def stream(self, question: Question) -> AsyncGenerator[AnswerEvent, None]:
        """Answer piece by piece, then the references, then the whole answer.

        Raises BadQuestion, BudgetExceeded and what the ports raise; closing the stream ends the model's call.
        """
        started = perf_counter()
        question = self.screen(question)
        version = await self.index.version(question.scope.base)
        if question.use_cache and (kept := await self.cache.get(question, version)):
            for event in again(kept, started):
                yield event
            return
        text = standalone(question.text, question.history)
        sort = question_class(text)
        retrieval = await OnwardSearch(self.retriever).find(replace(question, text=text), sort)
        retrieved = perf_counter()
        prompt, shown = fit_passages(text, retrieval.hits, self.context_tokens, question.history, question.temperature)
        if question.use_compression:
            prompt = await asyncio.to_thread(compressed, prompt, question.compression_ratio)
        retrieval = replace(retrieval, hits=shown)
        draft = Draft()
        async with aclosing(self.write(question, prompt, shown, draft)) as pieces:
            async for piece in pieces:
                yield TextDelta(piece)
        timings = Timings(since(started, retrieved), since(retrieved), since(started))
        answer = self.checked(question, retrieval, draft, sort, timings)
        if question.use_cache:
            await self.cache.keep(question, version, answer)
        yield References(answer.citations)
        yield Finished(answer)

    async def write(
        self, question: Question, prompt: Prompt, hits: Sequence[Hit], draft: Draft
    ) -> AsyncGenerator[str, None]:
        """Write as it comes, or, where every sentence is to be checked first, in one piece."""
        writing = Writing(self.gate, self.model)
        if question.use_self_rag:
            best = await writing.corrected(question.principal, prompt, hits)
            draft.take(best)
            yield best.text
            return
        async with aclosing(writing.stream(question.principal, prompt, draft)) as pieces:
            async for piece in pieces:
                yield piece

    def checked(
        self, question: Question, retrieval: Retrieval, draft: Draft, sort: QuestionClass, timings: Timings
    ) -> Answer:
        """Check the citations of a written text and say how much of it they carry."""
        text, citations, invalid = check_citations(draft.text, retrieval.hits)
        return Answer(
            text=text,
            citations=citations,
            hits=retrieval.hits,
            entities=retrieval.entities,
            confidence=calibrated(question.text, sort, citations, confidence(text, retrieval.hits)),
            model=self.model.name if draft.calls else NO_MODEL,
            usage=draft.usage,
            cost=draft.cost,
            timings=timings,
            features=self.features(question, retrieval),
            removed_citations=draft.removed + invalid,
            sort=sort,
            self_corrected=draft.calls > 1,
        )

    def features(self, question: Question, retrieval: Retrieval) -> tuple[str, ...]:
        """Name what took part in the answer."""
        took_part = {
            "vector": self.retriever.embedding.embedder.dimensions > 0,
            "graph": retrieval.method == "graph",
            "further_search": retrieval.searches > 1,
            "compression": question.use_compression,
            "self_rag": question.use_self_rag,
        }
        return ("keyword", *(name for name, used in took_part.items() if used), "citation_check")


def again(kept: Answer, started: float) -> list[AnswerEvent]:
    """Give a kept answer as a stream; it costs nothing the second time."""
    answer = replace(kept, cache_hit=True, timings=Timings(total=since(started)), features=(*kept.features, "cache"))
    answer = replace(answer, usage=type(kept.usage)(), cost=type(kept.cost)())
    return [TextDelta(kept.text), References(kept.citations), Finished(answer)]


def since(start: float, end: float | None = None) -> float:
    """Return the milliseconds from one reading of the clock to another, or to now."""
    return ((perf_counter() if end is None else end) - start) * 1000
