"""Answer one question: the only file that knows the order of the steps."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from time import perf_counter

from shared.answering.calibration import calibrated
from shared.answering.citations import check_citations
from shared.answering.compression import compressed
from shared.answering.confidence import confidence
from shared.answering.estimate import estimated_usage
from shared.answering.fit_overview import fit_overview
from shared.answering.model_plan import SMALL_ALONE, ModelPlan, model_plan
from shared.answering.permitted import permitted
from shared.answering.question_class import question_class
from shared.answering.question_screen import cleaned, screened
from shared.deadline import in_time
from shared.domain.answer_key import answer_key
from shared.domain.answers import (
    Aid,
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
from shared.ports.reranker import Reranker
from shared.services.overview import Overview, Survey
from shared.services.popularity import Popularity
from shared.services.rerank import RerankedSearch
from shared.services.retrieve import Retriever
from shared.services.screening import Screening
from shared.services.search_onward import OnwardSearch
from shared.services.single_flight import SingleFlight
from shared.services.spend import SpendGate
from shared.services.suggesting import Suggesting
from shared.services.switched_model import chosen
from shared.services.wording import Worded, Wording
from shared.services.write import Draft, Writing

NO_MODEL = "none"
"""The model of an answer that nothing was found for: none was asked, so nothing was paid."""

JOINED = "joined"
"""Where an answer comes from that somebody else was waiting for already."""


@dataclass(frozen=True)
class Asking:
    """Questions to one knowledge base. `context_tokens` bounds the passages that a model reads.

    `is_read_along` says whether somebody reads an answer piece by piece; `patience` is that with a silent model, in
    seconds, None where it has no end. `popularity` counts who asks what, where that is wanted.
    """

    retriever: Retriever
    overview: Overview
    index: ChunkIndex
    cache: AnswerCache
    gate: SpendGate
    model: ChatModel
    reranker: Reranker
    wording: Wording
    screening: Screening
    context_tokens: int
    flights: SingleFlight = field(default_factory=SingleFlight)
    small_model: ChatModel | None = None
    is_read_along: bool = True
    patience: float | None = None
    popularity: Popularity | None = None

    @property
    def search(self) -> RerankedSearch:
        """One search, reranked where the question asks for it."""
        return RerankedSearch(self.retriever, self.reranker, self.gate)

    @property
    def suggesting(self) -> Suggesting:
        """What suggests the next questions."""
        return Suggesting(self.retriever)

    def screen(self, question: Question) -> Question:
        """Return the question as it will be asked; what a shield says of it comes later. Raises BadQuestion."""
        return replace(question, text=screened(question.text), style=cleaned(question.style))

    async def answer(self, question: Question) -> Answer:
        """Answer in one piece."""
        async with aclosing(replace(self, is_read_along=False).stream(question)) as events:
            async for event in events:
                if isinstance(event, Finished):
                    return event.answer
        raise AssertionError("a stream ends with Finished or an error")

    async def stream(self, question: Question) -> AsyncGenerator[AnswerEvent, None]:
        """Answer piece by piece, then the references, then the whole answer.

        Raises BadQuestion, ContentBlocked, BudgetExceeded, DeadlineExceeded and what the ports raise; closing the
        stream ends the model's call.
        """
        started = perf_counter()
        question = permitted(self.screen(question), self.small_model is not None)
        version = await in_time(self.index.version(question.scope.base))
        used = await in_time(self.index.labels(question.scope.base, version))
        question = replace(question, scope=question.scope.narrowed(used))
        if not question.use_cache:
            async with aclosing(self.work(question, version, started)) as events:
                async for event in events:
                    yield event
            return
        async with self.flights.joined(answer_key(question, version)) as flight:
            found = await self.cache.get(question, version)
            kept, level = (found.answer, found.level) if found else (flight.answer, JOINED)
            given = again(kept, level, started) if kept else self.work(question, version, started)
            async with aclosing(given) as events:
                async for event in events:
                    if isinstance(event, Finished):
                        flight.land(kept or event.answer)
                        if self.popularity:
                            await self.popularity.note(question)
                    yield event

    async def work(self, question: Question, version: int, started: float) -> AsyncGenerator[AnswerEvent, None]:
        """Answer a question that no kept answer fits."""
        screening = await self.screening.question(question)
        worded = await self.wording.of(question)
        asked = replace(question, text=worded.text)
        survey = await self.overview.survey(asked, question_class(worded.text))
        retrieval = await OnwardSearch(self.search).find(asked, survey.sort, worded.also)
        retrieved = perf_counter()
        prompt, shown = fit_overview(
            asked.text, retrieval.hits, survey.reported, self.context_tokens, question.history, question.temperature
        )
        prompt = replace(prompt, maximum_output_tokens=question.maximum_output_tokens, style=question.style)
        if question.use_compression:
            prompt = await asyncio.to_thread(compressed, prompt, question.compression_ratio)
        screened = await self.screening.prompt(question, prompt, shown)
        screening += screened.aid
        retrieval = replace(retrieval, hits=screened.hits, screening=screening, left_out=screened.left_out)
        draft = Draft()
        async with aclosing(self.write(question, survey.sort, screened.prompt, screened.hits, draft)) as pieces:
            async for piece in pieces:
                yield TextDelta(piece)
        timings = shared_out(since(started, retrieved), since(retrieved), retrieval.reranking, worded.aid)
        answer = self.checked(question, worded, retrieval, draft, survey, timings)
        following = await self.suggesting.after(question.scope, asked.text, answer.text, answer.citations)
        answer = replace(answer, version=version, follow_ups=following)
        is_second_best = draft.is_degraded or draft.is_stand_in
        is_whole = survey.is_settled and not is_second_best and not (retrieval.reranking + worded.aid).failed
        if question.use_cache and is_whole:
            await self.cache.keep(question, version, answer)
        yield References(answer.citations)
        yield Finished(answer)

    async def write(
        self, question: Question, sort: QuestionClass, prompt: Prompt, hits: Sequence[Hit], draft: Draft
    ) -> AsyncGenerator[str, None]:
        """Write as it comes, or, where every sentence is to be checked first, in one piece."""
        plan = self.plan(question, sort, prompt)
        writing = await self.writing(plan)
        if question.use_self_rag or plan.checked:
            write = writing.corrected if question.use_self_rag else writing.cascaded
            best = await write(question.principal, prompt, hits)
            draft.take(best)
            yield best.text
            return
        async with aclosing(writing.stream(question.principal, prompt, draft)) as pieces:
            async for piece in pieces:
                yield piece

    async def writing(self, plan: ModelPlan) -> Writing:
        """Return what writes with the models that are chosen now, in the plan's order."""
        large = await chosen(self.model)
        small = await chosen(self.small_model) if self.small_model else None
        first, other = (small or large, large) if plan.small_first else (large, small)
        is_alone = plan.alone or other is first
        return Writing(self.gate, first, None if is_alone else other, self.is_read_along, self.patience)

    def plan(self, question: Question, sort: QuestionClass, prompt: Prompt) -> ModelPlan:
        """Say which model is asked first; with one model, and where it corrects itself, there is nothing to choose."""
        corrects_itself = question.use_self_rag and question.priority != SMALL_ALONE
        if self.small_model is None or corrects_itself:
            return ModelPlan()
        return model_plan(question.priority, sort.complexity, estimated_usage(prompt).input)

    def checked(
        self,
        question: Question,
        worded: Worded,
        retrieval: Retrieval,
        draft: Draft,
        survey: Survey,
        timings: Timings,
    ) -> Answer:
        """Check the citations of a written text and say how much of it they carry."""
        text, citations, invalid = check_citations(draft.text, retrieval.hits)
        return Answer(
            text=text,
            citations=citations,
            hits=retrieval.hits,
            entities=retrieval.entities,
            confidence=calibrated(question.text, survey.sort, citations, confidence(text, retrieval.hits)),
            model=draft.model or NO_MODEL,
            usage=draft.usage + survey.usage + worded.aid.usage,
            cost=draft.cost + survey.cost + (worded.aid + retrieval.reranking + retrieval.screening).cost,
            timings=timings,
            features=self.features(question, worded, retrieval, survey, draft),
            removed_citations=draft.removed + invalid,
            left_out_passages=retrieval.left_out,
            sort=survey.sort,
            self_corrected=question.use_self_rag and draft.calls > 1,
            is_cut=draft.is_cut,
        )

    def features(
        self, question: Question, worded: Worded, retrieval: Retrieval, survey: Survey, draft: Draft
    ) -> tuple[str, ...]:
        """Name what took part in the answer."""
        took_part = {
            "vector": question.use_meaning and self.retriever.embedding.embedder.dimensions > 0,
            "graph": retrieval.method == "graph",
            "query_rewriting": worded.rewriting.took_part,
            "query_expansion": worded.expansion.took_part,
            "further_search": retrieval.searches > 1 + len(worded.also),
            "rerank": retrieval.reranking.took_part,
            "filters": bool(question.filters),
            "community_reports": bool(survey.reported),
            "prompt_shield": retrieval.screening.took_part,
            "left_out_passages": retrieval.left_out > 0,
            "compression": question.use_compression,
            "self_rag": question.use_self_rag,
            "escalated": draft.is_escalated,
            "hedged": draft.is_hedged,
            "stand_in_model": draft.is_stand_in and not draft.is_degraded,
            "degraded": draft.is_degraded,
        }
        return ("keyword", *(name for name, used in took_part.items() if used), "citation_check")


async def again(kept: Answer, level: str, started: float) -> AsyncGenerator[AnswerEvent, None]:
    """Give a kept answer as a stream; it costs nothing the second time."""
    answer = replace(
        kept,
        cache_hit=True,
        cache_level=level,
        timings=Timings(total=since(started)),
        features=(*kept.features, "cache"),
        usage=type(kept.usage)(),
        cost=type(kept.cost)(),
        saved=kept.cost,
    )
    yield TextDelta(kept.text)
    yield References(kept.citations)
    yield Finished(answer)


def shared_out(before: float, behind: float, reranking: Aid, wording: Aid) -> Timings:
    """Share out the milliseconds before and behind the end of the retrieval; a model's wording counts as generation."""
    retrieval = before - reranking.milliseconds - wording.milliseconds
    return Timings(retrieval, reranking.milliseconds, behind + wording.milliseconds, before + behind)


def since(start: float, end: float | None = None) -> float:
    """Return the milliseconds from one reading of the clock to another, or to now."""
    return ((perf_counter() if end is None else end) - start) * 1000
