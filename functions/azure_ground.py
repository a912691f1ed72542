"""Names the adapters of the services of Azure: what the house stands on with PROFILE=azure."""

import asyncio
from functools import partial
from importlib import import_module

from functions import measurements
from functions.budgets import budgets
from functions.caching import NEAR_SECONDS, origin
from functions.closing import Closing
from functions.ground import Ground
from functions.identity_ground import cosmos_identity, identity_ground
from functions.personal_ground import PersonalGround
from infra.azure.blob_files import BlobFiles
from infra.azure.content_safety import ContentSafetyShield
from infra.azure.cosmos.answer_cache import CosmosAnswerCache
from infra.azure.cosmos.catalog import CosmosCatalog
from infra.azure.cosmos.charges import RequestCharges
from infra.azure.cosmos.connection import CosmosConnection
from infra.azure.cosmos.conversations import CosmosConversations
from infra.azure.cosmos.embedding_store import CosmosEmbeddingStore
from infra.azure.cosmos.extraction_queue import CosmosExtractionQueue
from infra.azure.cosmos.extraction_store import CosmosExtractionStore
from infra.azure.cosmos.feedback import CosmosFeedback
from infra.azure.cosmos.ledger import CosmosLedger
from infra.azure.cosmos.measurements import CosmosMeasurements
from infra.azure.cosmos.popular import CosmosPopular
from infra.azure.cosmos.rateable_answers import CosmosRateableAnswers
from infra.azure.cosmos.tally import CosmosTally
from infra.azure.cosmos.version_counter import CosmosVersionCounter
from infra.azure.document_intelligence import DocumentIntelligenceParser
from infra.azure.gremlin import Connection as GremlinConnection
from infra.azure.gremlin import GremlinGraphStore
from infra.azure.identity import IdentityToken, ProcessIdentity
from infra.azure.key_vault import KeyVaultSecrets
from infra.azure.search import AzureChunkIndex, IndexedPassages, SemanticReranker
from infra.keys import Key
from infra.local.answer_cache import MemoryAnswerCache
from infra.local.no_shield import NoShield
from infra.local.parsing.parser import LocalParser
from infra.openai_compatible.chat_model import CompatibleChatModel
from infra.openai_compatible.embedder import CompatibleEmbedder
from infra.openai_compatible.patience import Patience
from infra.openai_compatible.reranker import CompatibleReranker
from infra.rotating_key import RotatingKey
from infra.web_files import AllowedWebFiles
from shared.azure_settings import AzureSettings
from shared.ports.alerts import AlertChannel
from shared.ports.parser import DocumentParser
from shared.ports.prompt_shield import PromptShield
from shared.ports.reranker import Reranker
from shared.services.answer_levels import AnswerLevels
from shared.setting_fields import KEPT_ELSEWHERE
from shared.settings import Settings

MODELS_SCOPE = "https://cognitiveservices.azure.com/.default"
"""What a token for Azure OpenAI is good for."""

GREMLIN_SCOPE = "https://cosmos.azure.com/.default"
"""What a token for Cosmos DB is good for; the service takes it as a password."""


SDKS = (
    "azure.ai.contentsafety.aio",
    "azure.ai.documentintelligence.aio",
    "azure.cosmos.aio",
    "azure.identity.aio",
    "azure.keyvault.secrets.aio",
    "azure.search.documents.aio",
    "azure.storage.blob.aio",
    "gremlin_python.driver.client",
    "openai",
)
"""What the adapters import with their first call; together it takes seconds, more than a probe waits."""


def azure_ground(settings: Settings) -> Ground:
    """Stand on the services of Azure; no SDK is imported and no connection is opened before its first use."""
    azure, closing = settings.azure, Closing()
    identity = closing.over(ProcessIdentity(azure.client_id))
    vault = closing.over(KeyVaultSecrets(azure.key_vault_endpoint, identity))
    files = closing.over(BlobFiles(azure.storage_blob_endpoint, azure.storage_key or identity))
    state = closing.over(state_store(azure, identity))
    index = closing.over(chunk_index(settings, identity, state))
    connection = closing.over(graph_database(azure, identity, vault))
    graph = GremlinGraphStore(connection, files, IndexedPassages(index))
    chat_model, small_model, task_model, embedder = models(settings, identity, vault, closing)
    names = settings.chat_further_models.split()
    further = tuple(deployment(settings, identity, vault, closing, name) for name in names)

    return Ground(
        catalog=CosmosCatalog(state),
        files=files,
        web=AllowedWebFiles(tuple(settings.upload_hosts.split()), settings.max_upload_mb * 1_000_000),
        parser=parser(azure, identity, closing),
        index=index,
        embeddings=CosmosEmbeddingStore(state),
        graph=graph,
        resolutions=graph,
        ledger=CosmosLedger(state, budgets(settings)),
        tally=CosmosTally(state),
        cache=kept_answers(settings, state, chat_model.name, embedder.name, task_model.name if task_model else ""),
        measurements=CosmosMeasurements(state),
        chat_model=chat_model,
        small_model=small_model,
        embedder=embedder,
        reranker=reranker(settings, identity, vault, closing),
        shield=shield(azure, identity, closing),
        task_model=task_model,
        writings=CosmosExtractionStore(state),
        queue=CosmosExtractionQueue(state),
        personal=cosmos_personal(state),
        identity=identity_ground(settings, lambda value: key_of(value, vault), lambda: cosmos_identity(state), closing),
        prepare=partial(set_up, azure, state, index),
        alerts=alert_channel(settings, vault),
        close=closing.aclose,
        secrets=vault if azure.key_vault_endpoint else None,
        further_models=further,
        further_task_models=(chat_model, *further) if task_model else (),
    )


async def set_up(azure: AzureSettings, state: CosmosConnection, index: AzureChunkIndex) -> None:
    """Import the SDKs, and create what the stores lack. Raises BadSetting for what an operator has to mend."""
    for each in SDKS:
        await asyncio.to_thread(import_module, each)
    if azure.cosmos_key:  # an identity may not create containers; the Bicep files do
        await state.create_containers()
    await index.prepare()


def chunk_index(settings: Settings, identity: ProcessIdentity, state: CosmosConnection) -> AzureChunkIndex:
    """Return the index of the search service, whose versions are counted in the state store."""
    azure, credential = settings.azure, settings.azure.search_key or identity
    counter = CosmosVersionCounter(state)
    return AzureChunkIndex(
        azure.search_endpoint, credential, azure.search_index, settings.embedding_dimensions, counter
    )


def state_store(azure: AzureSettings, identity: ProcessIdentity) -> CosmosConnection:
    """Return the connection to Cosmos DB for NoSQL; what its requests cost is measured."""
    charges = RequestCharges(charged=partial(measurements.charged, "cosmos"))
    return CosmosConnection(azure.cosmos_endpoint, azure.cosmos_key or identity, azure.cosmos_database, charges=charges)


def cosmos_personal(state: CosmosConnection) -> PersonalGround:
    """Keep what belongs to one person in the state store."""
    stores = CosmosConversations(state), CosmosFeedback(state), CosmosRateableAnswers(state), CosmosPopular(state)
    return PersonalGround(*stores)


def graph_database(azure: AzureSettings, identity: ProcessIdentity, vault: KeyVaultSecrets) -> GremlinConnection:
    """Return the connection to Cosmos DB for Gremlin; what its scripts cost is measured."""
    return GremlinConnection(
        azure.gremlin_endpoint,
        key_of(azure.gremlin_key, vault) or IdentityToken(identity, GREMLIN_SCOPE),
        azure.gremlin_database,
        azure.gremlin_graph,
        charged=partial(measurements.charged, "gremlin"),
    )


def kept_answers(settings: Settings, state: CosmosConnection, *models: str) -> AnswerLevels:
    """Keep answers of these models for all instances, behind this one's memory."""
    near = MemoryAnswerCache(min(settings.cache_seconds, NEAR_SECONDS), settings.cache_entries)
    made_by = origin(settings, settings.rerank_model, *models)
    return AnswerLevels(near, CosmosAnswerCache(state, settings.cache_seconds, made_by))


def models(
    settings: Settings, identity: ProcessIdentity, vault: KeyVaultSecrets, closing: Closing
) -> tuple[CompatibleChatModel, CompatibleChatModel | None, CompatibleChatModel | None, CompatibleEmbedder]:
    """Return what answers, a cheaper one, what reads for the graph where the settings want it, and what embeds."""
    azure = settings.azure
    small = azure.openai_small_deployment or azure.openai_chat_deployment
    smaller = deployment(settings, identity, vault, closing, small)
    address, key = model_server(azure, identity, vault)
    return (
        deployment(settings, identity, vault, closing, azure.openai_chat_deployment),
        smaller if small != azure.openai_chat_deployment else None,
        smaller if settings.extraction == "model" else None,
        closing.over(
            CompatibleEmbedder(address, key, azure.openai_embedding_deployment, settings.embedding_dimensions)
        ),
    )


def deployment(
    settings: Settings, identity: ProcessIdentity, vault: KeyVaultSecrets, closing: Closing, name: str
) -> CompatibleChatModel:
    """Return a deployment that answers."""
    address, key = model_server(settings.azure, identity, vault)
    return closing.over(CompatibleChatModel(address, key, name, Patience(settings.chat_timeout_seconds)))


def model_server(azure: AzureSettings, identity: ProcessIdentity, vault: KeyVaultSecrets) -> tuple[str, Key]:
    """Return the address of the models and what opens it."""
    key = key_of(azure.openai_api_key, vault) or IdentityToken(identity, MODELS_SCOPE)
    return f"{azure.openai_endpoint.rstrip('/')}/openai/v1/", key


def reranker(settings: Settings, identity: ProcessIdentity, vault: KeyVaultSecrets, closing: Closing) -> Reranker:
    """Return what reranks: the server of the settings, or the ranker of the search service."""
    if settings.rerank_base_url:
        key = key_of(settings.rerank_api_key, vault)
        return closing.over(CompatibleReranker(settings.rerank_base_url, key, settings.rerank_model))
    azure = settings.azure
    return closing.over(SemanticReranker(azure.search_endpoint, azure.search_key or identity, azure.search_index))


def parser(azure: AzureSettings, identity: ProcessIdentity, closing: Closing) -> DocumentParser:
    """Return what reads documents: the service of the settings, or the parsers that need none."""
    if not azure.document_intelligence_endpoint:
        return closing.over(LocalParser())
    credential = azure.document_intelligence_key or identity
    return closing.over(DocumentIntelligenceParser(azure.document_intelligence_endpoint, credential))


def shield(azure: AzureSettings, identity: ProcessIdentity, closing: Closing) -> PromptShield:
    """Return what looks at questions and passages: the service of the settings, or nothing."""
    if not azure.content_safety_endpoint:
        return NoShield()
    return closing.over(ContentSafetyShield(azure.content_safety_endpoint, azure.content_safety_key or identity))


def alert_channel(settings: Settings, vault: KeyVaultSecrets) -> AlertChannel | None:
    """Return the webhook of the settings, or nothing: then budgets are watched in the log alone."""
    if not settings.alert_webhook_url:
        return None
    from infra.webhook import Webhook

    return Webhook(key_of(settings.alert_webhook_url, vault), key_of(settings.alert_webhook_secret, vault))


def key_of(value: str, vault: KeyVaultSecrets) -> Key:
    """Return a key as a setting has it, or what looks up the one that the setting names in the vault."""
    return RotatingKey(vault, value.removeprefix(KEPT_ELSEWHERE)) if value.startswith(KEPT_ELSEWHERE) else value
