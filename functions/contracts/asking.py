"""Questions and answers as JSON."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.domain.access import Principal, Scope
from shared.domain.answers import Answer, Citation, Question, Turn

Mode = Literal["simple", "balanced", "ultimate"]
"""simple: one search without the graph. balanced: the graph, and further searches where the question asks for several
things. ultimate: a further search for every question, and an answer whose every sentence is checked."""


class Accepting(BaseModel):
    """A body whose unknown fields are ignored, and named in the answer's X-Ignored-Fields header."""

    model_config = ConfigDict(extra="allow")


class QueryRequest(Accepting):
    """A question to one knowledge base."""

    query: str
    kb_id: str = Field("default", max_length=64)
    top_k: int = Field(8, ge=1, le=50, description="How many passages the answer may rest on.")
    use_cache: bool = True
    mode: Mode = "balanced"
    use_graph: bool | None = Field(None, description="As the mode says, where it is left out; simple leaves it off.")
    use_self_rag: bool | None = Field(None, description="As the mode says, where it is left out; ultimate has it on.")
    use_compression: bool = False
    compression_ratio: float = Field(0.5, ge=0.1, le=1, description="Share of the passages' tokens that stays.")

    def question(self, principal: Principal, scope: Scope) -> Question:
        """Say what is asked, with what the mode decides where the caller does not."""
        return Question(
            principal,
            scope,
            self.query,
            top_k=self.top_k,
            use_cache=self.use_cache,
            mode=self.mode,
            use_graph=self.mode != "simple" if self.use_graph is None else self.use_graph,
            use_self_rag=self.mode == "ultimate" if self.use_self_rag is None else self.use_self_rag,
            use_compression=self.use_compression,
            compression_ratio=self.compression_ratio,
        )


class Message(BaseModel):
    """One message of a conversation."""

    role: Literal["user", "assistant"]
    content: str


class ChatRequest(Accepting):
    """A conversation whose last message, the user's, is answered."""

    messages: list[Message] = Field(min_length=1, max_length=200)
    kb_id: str = Field("default", max_length=64)
    conversation_id: str | None = Field(None, max_length=64)
    temperature: float = Field(0.0, ge=0, le=2)
    top_k: int = Field(8, ge=1, le=50)
    use_graph_rag: bool = True
    use_cache: bool = True

    @property
    def history(self) -> tuple[Turn, ...]:
        """The messages before the last."""
        return tuple(Turn(each.role, each.content) for each in self.messages[:-1])


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
    """What the answer took: milliseconds, tokens, US dollars."""

    retrieval_latency: float
    generation_latency: float
    total_latency: float
    tokens_used: int
    cost_usd: float
    cache_hit: bool
    compression_applied: bool
    self_rag_triggered: bool


class QueryClassifier(BaseModel):
    """What sort of question it is, how many things it takes to answer, and how it was answered."""

    type: str
    complexity: str
    strategy: str


class QueryAnswer(BaseModel):
    """An answer with the passages it cites."""

    answer: str
    sources: list[Source]
    metrics: AnswerMetrics
    features_used: list[str]
    query_classifier: QueryClassifier
    confidence: float
    entities: list[str]
    model_used: str

    @classmethod
    def of(cls, answer: Answer) -> "QueryAnswer":
        """Write an answer."""
        return cls(
            answer=answer.text,
            sources=[Source.of(each) for each in answer.citations],
            metrics=AnswerMetrics(
                retrieval_latency=round(answer.timings.retrieval, 3),
                generation_latency=round(answer.timings.generation, 3),
                total_latency=round(answer.timings.total, 3),
                tokens_used=answer.usage.total,
                cost_usd=answer.cost.usd,
                cache_hit=answer.cache_hit,
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
        )
