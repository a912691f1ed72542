"""Puts every service on the ground."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from time import time

from functions.budgets import caps
from functions.caching import finding_alike, popularity, precomputing
from functions.ground import Ground
from functions.guarded_ground import circuits, guarded, model_choice, roles, switchable
from functions.identity_rooms import IdentityServices, identity_services, of_nobody
from functions.knowledge_rooms import KnowledgeServices, knowledge_services
from functions.personal_rooms import PersonalServices, personal_services
from functions.prices import prices
from functions.probes import Probe, probes
from functions.telemetry import WatchedAsking, WatchedRetriever, booking, counting, watched
from infra.telemetry.watch import UNWATCHED, Watch
from shared.domain.access import Principal, labels_of
from shared.domain.roles import Role
from shared.services.answer_care import AnswerCare
from shared.services.arrivals import Arrivals
from shared.services.ask import Asking
from shared.services.build_graph import GraphBuilding
from shared.services.communities import Communities
from shared.services.community_reports import CommunityReports
from shared.services.cost_reports import CostReports
from shared.services.document_reading import DocumentReading
from shared.services.documents import Documents
from shared.services.embedding import Embedding
from shared.services.embedding_together import EmbeddingTogether
from shared.services.explore_graph import GraphExploring
from shared.services.extraction import ModelExtraction
from shared.services.ingest import Ingestion
from shared.services.judging import Judging
from shared.services.knowledge_bases import KnowledgeBases
from shared.services.knowledge_models import KnowledgeModels
from shared.services.model_pace import ModelPace
from shared.services.model_records import ModelRecords
from shared.services.model_task import PaidTasks
from shared.services.models import Models
from shared.services.money_watch import MoneyWatch
from shared.services.overview import Overview
from shared.services.packing import Packing
from shared.services.performance import Performance
from shared.services.precomputing import Precomputing
from shared.services.readings import Readings
from shared.services.reconcile import Reconciliation
from shared.services.resolutions import Resolutions
from shared.services.retrieve import Retriever
from shared.services.screening import Screening
from shared.services.search_graph import GraphSearchService
from shared.services.spend import SpendGate
from shared.services.staging import Staging
from shared.services.text_embedding import TextEmbedding
from shared.services.usage import UsageService
from shared.services.wording import Wording
from shared.settings import Settings

RESIDENT = "local"
"""Who everybody is on a machine without sign-in."""


@dataclass(frozen=True)
class Services:
    """What the functions call; `resident` is who everybody is without sign-in."""

    settings: Settings
    resident: Principal
    identity: IdentityServices | None
    bases: KnowledgeBases
    knowledge: KnowledgeServices
    arrivals: Arrivals
    ingestion: Ingestion
    graph_building: GraphBuilding
    communities: Communities
    resolutions: Resolutions
    judging: Judging | None
    extraction: ModelExtraction | None
    retriever: Retriever
    ask: Asking
    personal: PersonalServices
    answer_care: AnswerCare
    precomputing: Precomputing | None
    performance: Performance
    search_graph: GraphSearchService
    exploring: GraphExploring
    models: Models
    money_watch: MoneyWatch
    usage: UsageService
    cost_reports: CostReports
    reconciliation: Reconciliation
    probes: Mapping[str, Probe]
    prepare: Callable[[], Awaitable[None]]
    close: Callable[[], Awaitable[None]]

    @property
    def documents(self) -> Documents:
        """The documents of the bases."""
        return self.bases.documents

    @property
    def knowledge_models(self) -> KnowledgeModels:
        """The bases as models."""
        return KnowledgeModels(self.bases)

    @property
    def text_embedding(self) -> TextEmbedding:
        """The embedder for whoever asks."""
        return TextEmbedding(self.retriever.embedding)


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def build(settings: Settings, ground: Ground, watch: Watch = UNWATCHED) -> Services:
    """Put every service on the ground, under the eyes of a watch."""
    records, before = ModelRecords(), circuits(ground)
    ground = watched(settings, ground, counting(watch, records))
    gate = spend_gate(settings, ground, records)
    embedding = Embedding(EmbeddingTogether(ground.embedder), ground.embeddings, gate)
    staging = Staging(ground.files)
    ground = finding_alike(settings, ground, embedding)
    extraction = model_extraction(ground, gate) if settings.extraction == "model" else None
    bases = KnowledgeBases(ground.catalog, document_service(ground), utc_now)
    retriever = WatchedRetriever(ground.index, ground.graph, embedding, by=watch)
    taking_in = ingestion(ground, gate, embedding, staging)
    choice = model_choice(settings, ground)
    ask = asking(settings, switchable(guarded(ground, before), choice), gate, retriever, watch)
    identity = identity_services(settings, ground.identity, ground.tally, utc_now)
    return Services(
        settings=settings,
        resident=Principal(settings.home_tenant, RESIDENT, labels_of(RESIDENT), Role.ADMIN),
        identity=identity,
        bases=bases,
        knowledge=knowledge_services(settings.max_upload_mb * 1_000_000, ground, bases, staging, utc_now),
        arrivals=Arrivals(bases, bases.documents, ground.files),
        ingestion=taking_in,
        graph_building=graph_building(ground, staging, taking_in, extraction),
        communities=Communities(ground.graph, ground.index),
        resolutions=Resolutions(ground.resolutions, ground.graph, ground.cache),
        judging=judging(ground, gate),
        extraction=extraction,
        retriever=retriever,
        ask=ask,
        personal=personal_services(settings.conversation_days, ground, bases, ask, identity, utc_now),
        search_graph=GraphSearchService(retriever, ground.graph, ground.resolutions),
        exploring=GraphExploring(ground.graph, ground.index),
        models=Models(roles(ground), gate.prices, before, records, utc_now, utc_now(), choice),
        money_watch=money_watch(ground, gate, identity),
        usage=UsageService(ground.ledger, gate.caps, settings.home_tenant, utc_now),
        cost_reports=cost_reports(settings, ground, gate),
        answer_care=AnswerCare(ground.catalog, ground.cache),
        precomputing=precomputing(settings, ground, ask, utc_now),
        performance=Performance(ground.measurements, time),
        reconciliation=Reconciliation(ground.catalog, ground.files, ground.index, bases.documents),
        probes=probes(ground),
        prepare=ground.prepare,
        close=ground.close,
    )


def spend_gate(settings: Settings, ground: Ground, records: ModelRecords) -> SpendGate:
    """Put the gate that every model call goes through on the ground."""
    rates = settings.rates_of_models()
    return SpendGate(
        ground.ledger,
        prices(settings, ground),
        caps=caps(settings),
        booked=booking(records),
        pace=ModelPace(rates, ground.tally) if rates else None,
    )


def ingestion(ground: Ground, gate: SpendGate, embedding: Embedding, staging: Staging) -> Ingestion:
    """Take documents in on the ground."""
    return Ingestion(
        ground.catalog,
        ground.files,
        DocumentReading(ground.parser, gate),
        ground.index,
        ground.graph,
        ground.cache,
        embedding,
        staging,
        ground.writings,
        utc_now,
    )


def graph_building(
    ground: Ground, staging: Staging, taking_in: Ingestion, extraction: ModelExtraction | None
) -> GraphBuilding:
    """Build the graph on the ground, from what a model read too where one reads."""
    return GraphBuilding(ground.graph, staging, taking_in, extraction.packing.readings if extraction else None)


def money_watch(ground: Ground, gate: SpendGate, identity: IdentityServices | None) -> MoneyWatch:
    """Watch the money on the ground, and the caps of those who sign in."""
    role_of = identity.spenders.role if identity else of_nobody
    return MoneyWatch(ground.ledger, gate.caps, ground.files, ground.alerts, utc_now, role_of)


def cost_reports(settings: Settings, ground: Ground, gate: SpendGate) -> CostReports:
    """Sum up what was paid on the ground, and what was saved."""
    tenant, measured = settings.home_tenant, ground.measurements
    return CostReports(ground.ledger, ground.files, gate.prices.of, tenant, utc_now, measured)


def asking(settings: Settings, ground: Ground, gate: SpendGate, retriever: Retriever, watch: Watch) -> Asking:
    """Answer questions on the ground."""
    return WatchedAsking(
        retriever,
        overview(ground, gate),
        ground.index,
        ground.cache,
        gate,
        ground.chat_model,
        ground.reranker,
        Wording(PaidTasks(ground.task_model, gate) if ground.task_model else None),
        Screening(ground.shield, gate),
        settings.context_tokens,
        small_model=ground.small_model,
        patience=settings.chat_hedge_milliseconds / 1000 or None,
        popularity=popularity(settings, ground, utc_now),
        by=watch,
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
        ground.personal.popular,
        utc_now,
    )


def overview(ground: Ground, gate: SpendGate) -> Overview:
    """Tell global questions of communities, and let the ground's model write the reports, where there is one."""
    reports = None
    if ground.task_model:
        tasks = PaidTasks(ground.task_model, gate)
        reports = CommunityReports(ground.graph, ground.index, ground.writings, tasks)
    return Overview(ground.graph, ground.index, reports)


def model_extraction(ground: Ground, gate: SpendGate) -> ModelExtraction | None:
    """Let the ground's model read for the graph, where there is one."""
    model = ground.task_model
    if model is None:
        return None
    readings = Readings(ground.writings, model.name)
    return ModelExtraction(
        ground.catalog,
        ground.files,
        ground.cache,
        ground.queue,
        Packing(ground.index, ground.graph, readings, ground.ledger, partial(gate.prices.of, model.name), utc_now),
        PaidTasks(model, gate),
        utc_now,
    )


def judging(ground: Ground, gate: SpendGate) -> Judging | None:
    """Let the ground's model judge which names are one, where there is one."""
    if ground.task_model is None:
        return None
    tasks = PaidTasks(ground.task_model, gate)
    return Judging(ground.resolutions, ground.graph, ground.index, ground.cache, ground.writings, tasks)
