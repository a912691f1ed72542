"""Questions, hits, citations and answers."""

from dataclasses import dataclass

from shared.domain.access import Principal, Scope
from shared.domain.documents import Chunk
from shared.domain.filters import EVERYTHING, PassageFilter
from shared.domain.money import Money, TokenUsage

OUTPUT_TOKENS = 1024
"""The most that a model writes for an answer, where nobody asks for less or more."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of the conversation; `role` is "user" or "assistant"."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a principal asks of one knowledge base, and how.

    `mode` is simple, balanced or ultimate; `compression_ratio` in (0, 1] is the share of the passages' tokens that is
    kept where they are compressed; `filters` say which passages the answer may rest on; `priority` is cost, quality,
    latency or balanced, or small where no other model may be asked; `maximum_output_tokens` bounds what the model
    writes. `style` says how the answer should sound, as far as the rules of answering leave that open. Without
    `use_meaning` nothing of the question is embedded.
    """

    principal: Principal
    scope: Scope
    text: str
    history: tuple[Turn, ...] = ()
    top_k: int = 8
    temperature: float = 0.0
    use_graph: bool = True
    use_cache: bool = True
    mode: str = "balanced"
    use_compression: bool = False
    compression_ratio: float = 0.5
    use_self_rag: bool = False
    use_rerank: bool = False
    use_query_rewriting: bool = False
    use_query_expansion: bool = False
    filters: PassageFilter = EVERYTHING
    use_community_reports: bool = True
    priority: str = "quality"
    maximum_output_tokens: int = OUTPUT_TOKENS
    style: str = ""
    use_meaning: bool = True


@dataclass(frozen=True, slots=True)
class QuestionClass:
    """What sort of question is asked: its type, how many things it takes to answer, and the way it is answered."""

    type: str
    complexity: str
    strategy: str


@dataclass(frozen=True, slots=True)
class ScoredChunk:
    """A chunk id with the score one retriever gave it; a higher score is better."""

    chunk_id: str
    score: float


@dataclass(frozen=True, slots=True)
class HeldTerm:
    """A term of a question: how rare it is among readable chunks, and which of the chunks asked about hold it."""

    rarity: float
    chunk_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that was found, with the name of its document; scores fall along a list and the first is at most 1."""

    chunk: Chunk
    document_name: str
    score: float


@dataclass(frozen=True, slots=True)
class Relevance:
    """How relevant each of the hits is that a reranker was given, in their order; a higher score is better.

    `usage` is what it counted, None where it does not count.
    """

    scores: tuple[float, ...]
    usage: TokenUsage | None = None


@dataclass(frozen=True, slots=True)
class Aid:
    """What a step took that an answer can do without; it `took_part`, or it `failed` where it was asked for."""

    took_part: bool = False
    failed: bool = False
    milliseconds: float = 0.0
    usage: TokenUsage = TokenUsage()
    cost: Money = Money()

    def __add__(self, other: "Aid") -> "Aid":
        return Aid(
            self.took_part or other.took_part,
            self.failed or other.failed,
            self.milliseconds + other.milliseconds,
            self.usage + other.usage,
            self.cost + other.cost,
        )


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What was found for a question. `entities` are names of the entities the question names, best first.

    `entity_ids` are the same entities by id. `searches` counts how often was searched for it; `reranking` is what
    reranking took in all of them. `screening` is what a shield took, and `left_out` how many passages it kept away.
    """

    hits: tuple[Hit, ...]
    entities: tuple[str, ...] = ()
    entity_ids: tuple[str, ...] = ()
    method: str = "hybrid"
    searches: int = 1
    reranking: Aid = Aid()
    screening: Aid = Aid()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Reported:
    """What community reports say that one chunk carries; who cites it cites the chunk."""

    hit: Hit
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A hit as a model sees it, under the number it is cited by (from 1)."""

    number: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question with its passages, and the style of the answer. Each adapter renders it in its model's way."""

    question: str
    passages: tuple[Passage, ...]
    history: tuple[Turn, ...] = ()
    temperature: float = 0.0
    maximum_output_tokens: int = OUTPUT_TOKENS
    style: str = ""


ROWS_TOKENS = 50
"""Most tokens that holding a model to rows adds to what it reads."""


@dataclass(frozen=True, slots=True)
class ModelTask:
    """Work for a model that answers nobody: rules that are the same for every task of a kind, and material.

    Where there is a `last_row`, the rules ask for rows, one on a line, with this one behind a whole answer.
    """

    rules: str
    material: str
    maximum_output_tokens: int
    temperature: float = 0.0
    last_row: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """A checked reference: passage `number` exists and `quote` stands in its text."""

    number: int
    hit: Hit
    quote: str


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds spent, by part; `retrieval` is without `rerank`."""

    retrieval: float = 0.0
    rerank: float = 0.0
    generation: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the asker gets. `confidence` in [0, 1] is the chance that it holds what was asked for.

    `version` is that of the base's index when it was asked. `cache_level` names where it was kept,
    empty where it was written for this question; `saved` is what it had cost then. The text `is_cut` where the bound on
    its tokens ended it.
    `follow_ups` are questions that may come next.
    """

    text: str
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    entities: tuple[str, ...]
    confidence: float
    model: str
    usage: TokenUsage = TokenUsage()
    cost: Money = Money()
    timings: Timings = Timings()
    cache_hit: bool = False
    features: tuple[str, ...] = ()
    removed_citations: int = 0
    left_out_passages: int = 0
    sort: QuestionClass = QuestionClass("factual", "simple", "local")
    self_corrected: bool = False
    version: int = 0
    cache_level: str = ""
    saved: Money = Money()
    is_cut: bool = False
    follow_ups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of a text that is being written."""

    text: str


@dataclass(frozen=True, slots=True)
class UsageReport:
    """What a model call used, as the model counted it; `model` is the one that the server says it used.

    It `is_cut` where the bound on its output ended it.
    """

    usage: TokenUsage
    model: str = ""
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class References:
    """The citations of a finished text."""

    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """The whole answer, once everything is checked and paid."""

    answer: Answer


ModelEvent = TextDelta | UsageReport
AnswerEvent = TextDelta | References | Finished
