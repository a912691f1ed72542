"""Answer one question: the only file that knows the order of the steps."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from time import perf_counter

from shared.answering.citation_marks import CitationMarks
from shared.answering.citations import check_citations
from shared.answering.confidence import confidence
from shared.answering.estimate import estimated_usage
from shared.answering.fit_passages import fit_passages
from shared.answering.no_evidence import no_evidence
from shared.answering.question_screen import screened
from shared.domain.answers import (
    Answer,
    AnswerEvent,
    Finished,
    Prompt,
    Question,
    References,
    Retrieval,
    TextDelta,
    Timings,
    UsageReport,
)
from shared.money.receipt import Receipt
from shared.ports.answer_cache import AnswerCache
from shared.ports.chunk_index import ChunkIndex
from shared.ports.models import ChatModel
from shared.services.retrieve import Retriever
from shared.services.spend import SpendGate

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
        retrieval = await self.retriever.find(question)
        retrieved = perf_counter()
        prompt, shown = fit_passages(
            question.text, retrieval.hits, self.context_tokens, question.history, question.temperature
        )
        retrieval = replace(retrieval, hits=shown)
        written: list[str] = []
        marks = CitationMarks(len(shown))
        async with self.gate.spend(question.principal, "chat", self.model.name, estimated_usage(prompt)) as receipt:
            async for text in self.write(prompt, marks, receipt):
                written.append(text)
                yield TextDelta(text)
        timings = Timings(since(started, retrieved), since(retrieved), since(started))
        answer = self.checked("".join(written), retrieval, marks.removed, receipt, timings)
        if question.use_cache:
            await self.cache.keep(question, version, answer)
        yield References(answer.citations)
        yield Finished(answer)

    async def write(self, prompt: Prompt, marks: CitationMarks, receipt: Receipt) -> AsyncGenerator[str, None]:
        """Let the model write, and let no citation through that cites nothing."""
        if not prompt.passages:
            yield no_evidence(prompt.question)
            return
        receipt.start()
        async with aclosing(self.model.stream(prompt)) as events:
            async for event in events:
                match event:
                    case TextDelta(text):
                        receipt.write(text)
                        if said := marks.feed(text):
                            yield said
                    case UsageReport(usage):
                        receipt.report(usage)
        if rest := marks.finish():
            yield rest

    def checked(self, text: str, retrieval: Retrieval, removed: int, receipt: Receipt, timings: Timings) -> Answer:
        """Check the citations of a written text and say how much of it they carry."""
        text, citations, invalid = check_citations(text.strip(), retrieval.hits)
        return Answer(
            text=text,
            citations=citations,
            hits=retrieval.hits,
            entities=retrieval.entities,
            confidence=confidence(text, retrieval.hits),
            model=self.model.name if receipt.started else NO_MODEL,
            usage=receipt.usage,
            cost=receipt.cost,
            timings=timings,
            features=self.features(retrieval),
            removed_citations=removed + invalid,
        )

    def features(self, retrieval: Retrieval) -> tuple[str, ...]:
        """Name what took part in the answer."""
        meaning = ("vector",) if self.retriever.embedding.embedder.dimensions else ()
        graph = ("graph",) if retrieval.method == "graph" else ()
        return ("keyword", *meaning, *graph, "citation_check")


def again(kept: Answer, started: float) -> list[AnswerEvent]:
    """Give a kept answer as a stream; it costs nothing the second time."""
    answer = replace(kept, cache_hit=True, timings=Timings(total=since(started)), features=(*kept.features, "cache"))
    answer = replace(answer, usage=type(kept.usage)(), cost=type(kept.cost)())
    return [TextDelta(kept.text), References(kept.citations), Finished(answer)]


def since(start: float, end: float | None = None) -> float:
    """Return the milliseconds from one reading of the clock to another, or to now."""
    return ((perf_counter() if end is None else end) - start) * 1000
