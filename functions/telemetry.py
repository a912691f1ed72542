"""Chooses what watches the house, and puts it before the models, the search and the answers."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field, replace

from functions import measurements
from functions.ground import Ground
from infra.telemetry.conventions import (
    ANSWER,
    AZURE_OPENAI,
    AZURE_SEARCH,
    CACHE_HIT,
    GROUNDED,
    HITS,
    ITSELF,
    METHOD,
    OPENAI,
    RETRIEVAL,
)
from infra.telemetry.tracing import Attributes
from infra.telemetry.watch import Call, Ended, Watch
from infra.telemetry.watched_models import WatchedChatModel, WatchedEmbedder, WatchedReranker, WatchedTaskModel
from shared.domain.answers import AnswerEvent, Finished, Question, Retrieval
from shared.money.receipt import Receipt
from shared.money.unit_receipt import UnitReceipt
from shared.services.ask import Asking
from shared.services.model_records import ModelRecords
from shared.services.retrieve import Retriever
from shared.settings import Settings


def watch(settings: Settings) -> Watch:
    """Return what watches the house of the settings; without an exporter it takes no span down."""
    if not settings.applicationinsights_connection_string:
        return Watch(ended=measurements.call_ended)
    from infra.azure.monitor import exported
    from infra.telemetry.open_telemetry import OpenTelemetryTracing

    identity = settings.azure.client_id if settings.profile == "azure" else None
    tracer, meter = exported(settings.applicationinsights_connection_string, identity)
    measurements.export(meter)
    return Watch(OpenTelemetryTracing(tracer), measurements.call_ended)


def watched(settings: Settings, ground: Ground, by: Watch) -> Ground:
    """Return the ground with every model of it watched."""
    served = AZURE_OPENAI if settings.profile == "azure" else OPENAI
    chat = served if settings.pays_for_chat else ITSELF
    embedding = served if settings.pays_for_embeddings else ITSELF
    ranking = AZURE_SEARCH if settings.profile == "azure" else ITSELF
    reranking = OPENAI if settings.rerank_base_url else ranking
    return replace(
        ground,
        chat_model=WatchedChatModel(ground.chat_model, chat, by),
        small_model=WatchedChatModel(ground.small_model, chat, by) if ground.small_model else None,
        further_models=tuple(WatchedChatModel(each, chat, by) for each in ground.further_models),
        embedder=WatchedEmbedder(ground.embedder, embedding, by),
        reranker=WatchedReranker(ground.reranker, reranking, by),
        task_model=WatchedTaskModel(ground.task_model, chat, by) if ground.task_model else None,
        further_task_models=tuple(WatchedTaskModel(each, chat, by) for each in ground.further_task_models),
    )


def counting(watch: Watch, records: ModelRecords) -> Watch:
    """Return a watch that tells the records of each call of a model too."""

    def ended(each: Ended) -> None:
        watch.ended(each)
        if each.call.model:
            records.called(each.call.model, each.seconds, each.first, each.error)

    return replace(watch, ended=ended)


def booking(records: ModelRecords) -> Callable[[str, Receipt | UnitReceipt], None]:
    """Return what tells the measurements and the records of each call that was booked."""

    def booked(purpose: str, receipt: Receipt | UnitReceipt) -> None:
        measurements.booked(purpose, receipt)
        records.booked(purpose, receipt)

    return booked


@dataclass(frozen=True)
class WatchedRetriever(Retriever):
    """The retriever, watched."""

    by: Watch = field(kw_only=True)

    async def find(self, question: Question) -> Retrieval:
        """Return the passages that answer best; see the retriever."""
        return await self.by.over(Call(RETRIEVAL, ITSELF), lambda: Retriever.find(self, question), found)


@dataclass(frozen=True)
class WatchedAsking(Asking):
    """The service that answers, watched."""

    by: Watch = field(kw_only=True)

    def stream(self, question: Question) -> AsyncGenerator[AnswerEvent, None]:
        """Answer piece by piece; see the service."""
        return self.by.along(Call(ANSWER, ITSELF), super().stream(question), finished)


def found(retrieval: Retrieval) -> Attributes:
    """Return what a search says of itself."""
    return {HITS: len(retrieval.hits), METHOD: retrieval.method}


def finished(event: AnswerEvent) -> Attributes:
    """Return what the end of an answer says of it."""
    if not isinstance(event, Finished):
        return {}
    return {CACHE_HIT: event.answer.cache_hit, GROUNDED: bool(event.answer.citations)}
