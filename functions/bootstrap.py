"""The one place that names concrete adapters: chooses the ground, puts the rooms on it."""

import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

from functions.probes import Probe, probes
from shared.domain.money import Budget, Money, Period
from shared.money.accounts import GLOBAL
from shared.money.prices import FREE, PriceList, stated_price
from shared.ports.answer_cache import AnswerCache
from shared.ports.catalog import Catalog
from shared.ports.chunk_index import ChunkIndex, EmbeddingStore
from shared.ports.extraction import ExtractionQueue, ExtractionStore
from shared.ports.files import Files
from shared.ports.graph_store import GraphStore
from shared.ports.ledger import BudgetLedger
from shared.ports.models import ChatModel, Embedder, TaskModel
from shared.ports.parser import DocumentParser
from shared.services.arrivals import Arrivals
from shared.services.ask import Asking
from shared.services.build_graph import GraphBuilding
from shared.services.communities import Communities
from shared.services.documents import Documents
from shared.services.embedding import Embedding
from shared.services.extraction import ModelExtraction
from shared.services.ingest import Ingestion
from shared.services.knowledge_bases import KnowledgeBases
from shared.services.model_task import PaidTasks
from shared.services.money_watch import MoneyWatch
from shared.services.packing import Packing
from shared.services.readings import Readings
from shared.services.reconcile import Reconciliation
from shared.services.retrieve import Retriever
from shared.services.search_graph import GraphSearchService
from shared.services.spend import SpendGate
from shared.services.staging import Staging
from shared.settings import Settings


@dataclass(frozen=True)
class Ground:
    """One adapter for every port, and how to let go of them all."""

    catalog: Catalog
    files: Files
    parser: DocumentParser
    index: ChunkIndex
    embeddings: EmbeddingStore
    graph: GraphStore
    ledger: BudgetLedger
    cache: AnswerCache
    chat_model: ChatModel
    embedder: Embedder
    task_model: TaskModel | None
    writings: ExtractionStore
    queue: ExtractionQueue
    close: Callable[[], None]


@dataclass(frozen=True)
class Services:
    """What the functions call."""

    settings: Settings
    bases: KnowledgeBases
    documents: Documents
    arrivals: Arrivals
    ingestion: Ingestion
    graph_building: GraphBuilding
    communities: Communities
    extraction: ModelExtraction | None
    retriever: Retriever
    ask: Asking
    search_graph: GraphSearchService
    money_watch: MoneyWatch
    reconciliation: Reconciliation
    probes: Mapping[str, Probe]
    close: Callable[[], None]


class House:
    """Builds the services at their first use, so that importing the functions opens no file and no connection."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._settings: Settings | None = None
        self._services: Services | None = None

    def configure(self, settings: Settings) -> None:
        """Take other settings; services built with the old ones are closed."""
        with self._lock:
            if self._services:
                self._services.close()
            self._settings, self._services = settings, None

    def services(self) -> Services:
        """Return the services of this process."""
        if self._services is None:
            with self._lock:
                if self._services is None:
                    if self._settings is None:
                        raise RuntimeError("configure() comes before services()")
                    self._services = build(self._settings, local_ground(self._settings))
        return self._services


_house = House()
configure = _house.configure
services = _house.services


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def local_ground(settings: Settings) -> Ground:
    """Stand on embedded parts: SQLite files in the data folder, and a model only where one is plugged in."""
    from infra.local.answer_cache import MemoryAnswerCache
    from infra.local.catalog import SqliteCatalog
    from infra.local.chunk_index import SqliteChunkIndex
    from infra.local.embedding_store import SqliteEmbeddingStore
    from infra.local.extraction_store import SqliteExtractionQueue, SqliteExtractionStore
    from infra.local.files import FolderFiles
    from infra.local.graph_store import SqliteGraphStore
    from infra.local.ledger import SqliteLedger
    from infra.local.parsing.parser import LocalParser
    from infra.local.sqlite import Database

    knowledge = Database(settings.data_dir / "knowledge.sqlite")
    money = Database(settings.data_dir / "ledger.sqlite")
    files = FolderFiles(settings.data_dir)
    closing = ExitStack()
    for each in (knowledge, money, files):
        closing.callback(each.close)
    index = SqliteChunkIndex(knowledge)

    return Ground(
        catalog=SqliteCatalog(knowledge),
        files=files,
        parser=LocalParser(),
        index=index,
        embeddings=SqliteEmbeddingStore(knowledge),
        graph=SqliteGraphStore(knowledge, index),
        ledger=SqliteLedger(money, budgets(settings)),
        cache=MemoryAnswerCache(settings.cache_seconds, settings.cache_entries),
        chat_model=chat_model(settings),
        embedder=embedder(settings, closing),
        task_model=task_model(settings),
        writings=SqliteExtractionStore(knowledge),
        queue=SqliteExtractionQueue(knowledge),
        close=closing.close,
    )


def chat_model(settings: Settings) -> ChatModel:
    """Return the model that writes answers: the server of the settings, or the extractive one."""
    if settings.chat_base_url:
        from infra.openai_compatible.chat_model import CompatibleChatModel

        return CompatibleChatModel(
            settings.chat_base_url, settings.chat_api_key, settings.chat_model, settings.chat_timeout_seconds
        )
    from infra.local.extractive_model import ExtractiveModel

    return ExtractiveModel()


def task_model(settings: Settings) -> TaskModel | None:
    """Return the model that reads for the graph, where the settings want one."""
    if settings.extraction == "rules":
        return None
    from infra.openai_compatible.chat_model import CompatibleChatModel

    name = settings.extraction_model or settings.chat_model
    return CompatibleChatModel(settings.chat_base_url, settings.chat_api_key, name, settings.chat_timeout_seconds)


def embedder(settings: Settings, closing: ExitStack) -> Embedder:
    """Return the embedder: the server of the settings, the embedded one, or none; `closing` lets go of it."""
    if settings.embedding_base_url:
        from infra.openai_compatible.embedder import CompatibleEmbedder

        return CompatibleEmbedder(
            settings.embedding_base_url,
            settings.embedding_api_key,
            settings.embedding_model,
            settings.embedding_dimensions,
        )
    if settings.embedder == "none":
        from infra.local.embedding import NoEmbedder

        return NoEmbedder()
    from infra.local.embedding import MiniLmEmbedder

    embedded = MiniLmEmbedder(settings.data_dir / "models")
    closing.callback(embedded.close)
    return embedded


def budgets(settings: Settings) -> tuple[Budget, ...]:
    """Return the budgets that everybody shares."""
    return (
        Budget(GLOBAL, Period.DAILY, Money.of_usd(settings.daily_budget_usd)),
        Budget(GLOBAL, Period.MONTHLY, Money.of_usd(settings.monthly_budget_usd)),
    )


def prices(settings: Settings, ground: Ground) -> PriceList:
    """Return what a token of each model costs; what runs in this process costs nothing."""
    chat = stated_price(settings.chat_input_price, settings.chat_output_price, settings.chat_cached_price)
    embedding = stated_price(settings.embedding_price, 0.0)
    tasks = {ground.task_model.name: chat} if ground.task_model else {}
    return PriceList(
        {
            **tasks,
            ground.chat_model.name: chat if settings.chat_base_url else FREE,
            ground.embedder.name: embedding if settings.embedding_base_url else FREE,
        }
    )


def build(settings: Settings, ground: Ground) -> Services:
    """Put every service on the ground."""
    gate = SpendGate(ground.ledger, prices(settings, ground))
    embedding = Embedding(ground.embedder, ground.embeddings, gate)
    staging = Staging(ground.files)
    extraction = model_extraction(ground, gate)
    documents = document_service(ground)
    bases = KnowledgeBases(ground.catalog, documents, utc_now)
    retriever = Retriever(ground.index, ground.graph, embedding)
    ingestion = Ingestion(
        ground.catalog,
        ground.files,
        ground.parser,
        ground.index,
        ground.graph,
        ground.cache,
        embedding,
        staging,
        ground.writings,
        utc_now,
    )
    readings = extraction.packing.readings if extraction else None
    return Services(
        settings=settings,
        bases=bases,
        documents=documents,
        arrivals=Arrivals(bases, documents, ground.files),
        ingestion=ingestion,
        graph_building=GraphBuilding(ground.graph, staging, ingestion, readings),
        communities=Communities(ground.graph, ground.index),
        extraction=extraction,
        retriever=retriever,
        ask=Asking(retriever, ground.index, ground.cache, gate, ground.chat_model, settings.context_tokens),
        search_graph=GraphSearchService(retriever, ground.graph),
        money_watch=MoneyWatch(ground.ledger, utc_now),
        reconciliation=Reconciliation(ground.catalog, ground.files, ground.index, documents),
        probes=probes(ground),
        close=ground.close,
    )


def document_service(ground: Ground) -> Documents:
    """Receive and delete documents on the ground."""
    return Documents(
        ground.catalog,
        ground.files,
        ground.index,
        ground.embeddings,
        ground.graph,
        ground.cache,
        ground.writings,
        utc_now,
    )


def model_extraction(ground: Ground, gate: SpendGate) -> ModelExtraction | None:
    """Let the ground's model read for the graph, where there is one."""
    model = ground.task_model
    if model is None:
        return None
    readings = Readings(ground.writings, model.name)
    price = gate.prices.of(model.name)
    return ModelExtraction(
        ground.catalog,
        ground.files,
        ground.cache,
        ground.queue,
        Packing(ground.index, ground.graph, readings, ground.ledger, price, utc_now),
        PaidTasks(model, gate),
        utc_now,
    )
