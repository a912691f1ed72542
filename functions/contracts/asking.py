"""Questions and answers as JSON."""

from typing import Literal, Self

from pydantic import BaseModel, Field

from functions.contracts.options import QuestionOptions
from shared.domain.access import Principal, Scope
from shared.domain.answers import Answer, Citation, Question, Turn


class QueryRequest(QuestionOptions):
    """A question to one knowledge base."""

    query: str

    def question(self, principal: Principal, scope: Scope) -> Question:
        """Say what is asked."""
        return self.asked(principal, scope, self.query)


class Message(BaseModel):
    """One message of a conversation."""

    role: Literal["user", "assistant"]
    content: str


class ChatRequest(QuestionOptions):
    """A conversation whose last message, the user's, is answered."""

    messages: list[Message] = Field(min_length=1, max_length=200)
    conversation_id: str | None = Field(None, max_length=64)
    temperature: float = Field(0.0, ge=0, le=2)
    use_graph_rag: bool | None = Field(None, description="Stands for use_graph where that is left out.")

    def question(self, principal: Principal, scope: Scope) -> Question:
        """Say what the last message asks, behind the messages before it."""
        *before, last = self.messages
        options = self.model_copy(update={"use_graph": self.use_graph_rag}) if self.use_graph is None else self
        history = tuple(Turn(each.role, each.content) for each in before)
        return options.asked(principal, scope, last.content, history=history, temperature=self.temperature)


class Source(BaseModel):
    """A cited passage; `quote` stands in `content` word for word."""

    number: int
    document_id: str
    chunk_id: str
    title: str
    content: str
    quote: str
    score: float
    page: int
    start: int
    end: int

    @classmethod
    def of(cls, citation: Citation) -> "Source":
        """Write a citation."""
        hit, chunk = citation.hit, citation.hit.chunk
        return cls(
            number=citation.number,
            document_id=chunk.document_id,
            chunk_id=chunk.id,
            title=hit.document_name,
            content=chunk.text,
            quote=citation.quote,
            score=round(hit.score, 6),
            page=chunk.page,
            start=chunk.start,
            end=chunk.end,
        )


class AnswerMetrics(BaseModel):
    """What the answer took: milliseconds, tokens, US dollars.

    `cache_level` says where a kept answer comes from: memory, shared, alike (written for a question that asks the same
    in other words) or joined (somebody else was being answered already); it is empty for one that was written anew.
    """

    retrieval_latency: float
    rerank_latency: float
    generation_latency: float
    total_latency: float
    tokens_used: int
    cost_usd: float
    cache_hit: bool
    cache_level: str
    compression_applied: bool
    self_rag_triggered: bool


class QueryClassifier(BaseModel):
    """What sort of question it is, how many things it takes to answer, and how it was answered."""

    type: str
    complexity: str
    strategy: str


class QueryAnswer(BaseModel):
    """An answer with the passages it cites; `follow_ups` are questions that may come next."""

    answer: str
    sources: list[Source]
    metrics: AnswerMetrics
    features_used: list[str]
    query_classifier: QueryClassifier
    confidence: float
    entities: list[str]
    model_used: str
    follow_ups: list[str]

    @classmethod
    def of(cls, answer: Answer, **place: str) -> Self:
        """Write an answer, with what it is found by later."""
        return cls(
            answer=answer.text,
            sources=[Source.of(each) for each in answer.citations],
            metrics=AnswerMetrics(
                retrieval_latency=round(answer.timings.retrieval, 3),
                rerank_latency=round(answer.timings.rerank, 3),
                generation_latency=round(answer.timings.generation, 3),
                total_latency=round(answer.timings.total, 3),
                tokens_used=answer.usage.total,
                cost_usd=answer.cost.usd,
                cache_hit=answer.cache_hit,
                cache_level=answer.cache_level,
                compression_applied="compression" in answer.features,
                self_rag_triggered=answer.self_corrected,
            ),
            features_used=list(answer.features),
            query_classifier=QueryClassifier(
                type=answer.sort.type, complexity=answer.sort.complexity, strategy=answer.sort.strategy
            ),
            confidence=round(answer.confidence, 4),
            entities=list(answer.entities),
            model_used=answer.model,
            follow_ups=list(answer.follow_ups),
            **place,
        )


class GivenAnswer(QueryAnswer):
    """An answer outside conversations; `answer_id` is what it can be rated by, empty where it cannot be."""

    answer_id: str
