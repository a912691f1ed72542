"""Models as JSON: the list as OpenAI's clients read it, with what it lacks; how each did."""

from typing import Literal

from pydantic import BaseModel, Field

from shared.domain.money import Price
from shared.services.circuit import CircuitState
from shared.services.knowledge_models import KnowledgeModel
from shared.services.model_choice import SECONDS_BELIEVED
from shared.services.model_records import MOST_SAMPLES, percentile
from shared.services.models import ListedModel, ModelReport

OWNER, KNOWLEDGE_BASE = "knowledge-rag", "knowledge_base"


class TokenPrice(BaseModel):
    """US dollars per million tokens."""

    input: float
    cached: float
    output: float
    reasoning: float

    @classmethod
    def of(cls, price: Price) -> "TokenPrice":
        """Write a price."""
        return cls(input=price.input, cached=price.cached, output=price.output, reasoning=price.reasoning)


class ModelAnswer(BaseModel):
    """A model, what it is there for (chat, tasks, embedding, rerank), and its price now.

    `chosen_for` says which work it does now: that of the chat model, of the small one, or the tasks.
    A knowledge base that the caller may read is one too: it has the role knowledge_base and no price of its own.
    """

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str = OWNER
    roles: list[str]
    price: TokenPrice | None
    kb_id: str | None = None
    chosen_for: list[str] = []

    @classmethod
    def of(cls, model: ListedModel, created: int) -> "ModelAnswer":
        """Write a model; `created` is when the process started, in seconds since 1970."""
        return cls(
            id=model.name,
            created=created,
            roles=list(model.roles),
            price=TokenPrice.of(model.price),
            chosen_for=list(model.chosen_for),
        )

    @classmethod
    def of_base(cls, model: KnowledgeModel) -> "ModelAnswer":
        """Write a knowledge base as a model."""
        base = model.base
        created = int(base.created_at.timestamp())
        return cls(id=model.name, created=created, roles=[KNOWLEDGE_BASE], price=None, kb_id=base.key.id)


class ModelList(BaseModel):
    """The models that are set up, and the knowledge bases behind them."""

    object: Literal["list"] = "list"
    data: list[ModelAnswer]


class ModelSwitch(BaseModel):
    """Which model is to do which work: `chat`, what the large model does, `small`, or `tasks`, as rewording."""

    role: str = Field(min_length=1, max_length=64)
    model: str = Field(min_length=1, max_length=256)


class ModelSwitched(BaseModel):
    """Which model does which work from now on; other processes hear of it within `seconds`."""

    chosen: dict[str, str]
    seconds: float = SECONDS_BELIEVED


class Percentiles(BaseModel):
    """Milliseconds of the latest calls that did not fail; null where there was none."""

    p50: float | None
    p95: float | None
    p99: float | None

    @classmethod
    def of(cls, seconds: list[float]) -> "Percentiles":
        """Write the percentiles of samples."""
        found = [percentile(seconds, percent) for percent in (50, 95, 99)]
        p50, p95, p99 = (None if each is None else round(each * 1000, 3) for each in found)
        return cls(p50=p50, p95=p95, p99=p99)


class ModelStats(BaseModel):
    """How a model did. `errors` are counted by code; `circuit` is closed, open or half_open, null where none is."""

    id: str
    roles: list[str]
    calls: int
    errors: dict[str, int]
    latency_ms: Percentiles
    first_token_ms: Percentiles
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    reasoning_tokens: int
    cost_usd: float
    circuit: CircuitState | None

    @classmethod
    def of(cls, report: ModelReport) -> "ModelStats":
        """Write a report."""
        record, usage = report.record, report.record.usage
        return cls(
            id=report.name,
            roles=list(report.roles),
            calls=record.calls,
            errors=dict(record.errors),
            latency_ms=Percentiles.of(list(record.seconds)),
            first_token_ms=Percentiles.of(list(record.first)),
            input_tokens=usage.input,
            output_tokens=usage.output,
            cached_tokens=usage.cached,
            reasoning_tokens=usage.reasoning,
            cost_usd=record.cost.usd,
            circuit=report.circuit,
        )


class ModelStatsList(BaseModel):
    """How each model did in this process since it started; percentiles are of its `samples` latest calls."""

    since: str
    samples: int = MOST_SAMPLES
    items: list[ModelStats]
