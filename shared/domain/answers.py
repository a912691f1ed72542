"""Questions, hits, citations and answers."""

from dataclasses import dataclass

from shared.domain.access import Principal, Scope
from shared.domain.documents import Chunk
from shared.domain.money import Money, TokenUsage


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of the conversation; `role` is "user" or "assistant"."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a principal asks of one knowledge base, and how.

    `mode` is simple, balanced or ultimate; `compression_ratio` in (0, 1] is the share of the passages' tokens that is
    kept where they are compressed.
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
class Retrieval:
    """What was found for a question. `entities` are names of the entities the question names, best first.

    `entity_ids` are the same entities by id. `searches` counts how often was searched for it.
    """

    hits: tuple[Hit, ...]
    entities: tuple[str, ...] = ()
    entity_ids: tuple[str, ...] = ()
    method: str = "hybrid"
    searches: int = 1


@dataclass(frozen=True, slots=True)
class Passage:
    """A hit as a model sees it, under the number it is cited by (from 1)."""

    number: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question with its passages. Each adapter renders it in its model's way."""

    question: str
    passages: tuple[Passage, ...]
    history: tuple[Turn, ...] = ()
    temperature: float = 0.0
    maximum_output_tokens: int = 1024


@dataclass(frozen=True, slots=True)
class ModelTask:
    """Work for a model that answers nobody: rules that are the same for every task of a kind, and material."""

    rules: str
    material: str
    maximum_output_tokens: int
    temperature: float = 0.0


@dataclass(frozen=True, slots=True)
class Citation:
    """A checked reference: passage `number` exists and `quote` stands in its text."""

    number: int
    hit: Hit
    quote: str


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds spent, by part."""

    retrieval: float = 0.0
    generation: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the asker gets. `confidence` in [0, 1] is the chance that it holds what was asked for."""

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
    sort: QuestionClass = QuestionClass("factual", "simple", "local")
    self_corrected: bool = False


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of a text that is being written."""

    text: str


@dataclass(frozen=True, slots=True)
class UsageReport:
    """What a model call used, as the model counted it."""

    usage: TokenUsage


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
