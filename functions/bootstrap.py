"""Chooses the ground, and holds the house that stands on it; names the embedded adapters."""

import threading
from typing import TYPE_CHECKING

from functions.budgets import budgets
from functions.caching import origin
from functions.closing import Closing
from functions.ground import Ground
from functions.identity_ground import identity_ground, sqlite_identity
from functions.personal_ground import PersonalGround
from functions.rooms import Services, build, utc_now
from functions.telemetry import watch
from infra.keys import Key
from shared.ports.alerts import AlertChannel
from shared.ports.files import Files
from shared.ports.models import ChatModel, Embedder, TaskModel
from shared.ports.parser import DocumentParser
from shared.ports.reranker import Reranker
from shared.ports.web_files import WebFiles
from shared.services.answer_levels import AnswerLevels
from shared.setting_fields import KEPT_ELSEWHERE, present_environment
from shared.settings import Settings

if TYPE_CHECKING:
    from infra.local.sqlite import Database
    from infra.openai_compatible.chat_model import CompatibleChatModel


class House:
    """Builds the services at their first use, so that importing the functions opens no file and no connection."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._settings: Settings | None = None
        self._services: Services | None = None

    def configure(self, settings: Settings) -> None:
        """Take other settings; what was built with the old ones is for `close` to let go of, before."""
        with self._lock:
            self._settings, self._services = settings, None

    def services(self) -> Services:
        """Return the services of this process."""
        if self._services is None:
            with self._lock:
                if self._services is None:
                    if self._settings is None:
                        raise RuntimeError("configure() comes before services()")
                    self._services = build(self._settings, ground_of(self._settings), watch(self._settings))
        return self._services

    async def close(self) -> None:
        """Let go of what the services hold, on the event loop that they worked on; the next use builds others."""
        with self._lock:
            services, self._services = self._services, None
        if services is not None:
            await services.close()

    def send_off(self) -> None:
        """Ask those who follow documents to leave at once, as the process is about to end."""
        if self._services is not None:
            self._services.knowledge.progress.listeners.send_off()

    def built(self) -> Services | None:
        """Return the services where something has needed them already."""
        return self._services


_house = House()
configure = _house.configure
services = _house.services
send_off = _house.send_off
built = _house.built
close = _house.close


def ground_of(settings: Settings) -> Ground:
    """Return what the profile stands on; the adapters of the other ground are not even imported."""
    if settings.profile == "local":
        return local_ground(settings)
    from functions.azure_ground import azure_ground

    return azure_ground(settings)


def local_ground(settings: Settings) -> Ground:
    """Stand on embedded parts: SQLite files in the data folder, and a model only where one is plugged in."""
    from infra.local.catalog import SqliteCatalog
    from infra.local.chunk_index import SqliteChunkIndex
    from infra.local.embedding_store import SqliteEmbeddingStore
    from infra.local.extraction_store import SqliteExtractionQueue, SqliteExtractionStore
    from infra.local.graph_store import SqliteGraphStore
    from infra.local.ledger import SqliteLedger
    from infra.local.measurements import SqliteMeasurements
    from infra.local.no_shield import NoShield
    from infra.local.tally import SqliteTally

    closing = Closing()
    knowledge, money = (database(settings, name, closing) for name in ("knowledge", "ledger"))
    writer, small, doing, chosen, ranker = models(settings, closing)
    graph = SqliteGraphStore(knowledge, index := SqliteChunkIndex(knowledge))
    return Ground(
        catalog=SqliteCatalog(knowledge),
        files=folder(settings, closing),
        web=web_files(settings),
        parser=parser(closing),
        index=index,
        embeddings=SqliteEmbeddingStore(knowledge),
        graph=graph,
        resolutions=graph,
        ledger=SqliteLedger(money, budgets(settings)),
        tally=SqliteTally(money),
        cache=kept_answers(settings, knowledge, writer.name, chosen.name, ranker.name, doing[0].name if doing else ""),
        measurements=SqliteMeasurements(money),
        chat_model=writer,
        small_model=small,
        embedder=chosen,
        reranker=ranker,
        shield=NoShield(),
        task_model=doing[0] if doing else None,
        writings=SqliteExtractionStore(knowledge),
        queue=SqliteExtractionQueue(knowledge),
        personal=sqlite_personal(settings, closing),
        identity=identity_ground(settings, key_of, lambda: sqlite_identity(settings, closing), closing),
        prepare=nothing_to_prepare,
        alerts=alert_channel(settings),
        close=closing.aclose,
        further_models=tuple(served(settings, name, closing) for name in settings.chat_further_models.split()),
        further_task_models=doing[1:],
    )


def folder(settings: Settings, closing: Closing) -> Files:
    """Open the data folder for files; `closing` lets go of it."""
    from infra.local.files import FolderFiles

    return closing.over(FolderFiles(settings.data_dir))


def web_files(settings: Settings) -> WebFiles:
    """Return what fetches documents from the hosts of the settings; without any it fetches nothing."""
    from infra.web_files import AllowedWebFiles

    return AllowedWebFiles(tuple(settings.upload_hosts.split()), settings.max_upload_mb * 1_000_000)


def parser(closing: Closing) -> DocumentParser:
    """Return what reads documents here; `closing` lets go of it."""
    from infra.local.parsing.parser import LocalParser

    return closing.over(LocalParser())


def sqlite_personal(settings: Settings, closing: Closing) -> PersonalGround:
    """Keep what belongs to one person in a SQLite file of its own; `closing` lets go of it."""
    from infra.local.conversations import SqliteConversations
    from infra.local.feedback import SqliteFeedback
    from infra.local.popular import SqlitePopular
    from infra.local.rateable_answers import SqliteRateableAnswers

    file = database(settings, "conversations", closing)
    return PersonalGround(
        SqliteConversations(file, utc_now),
        SqliteFeedback(file, utc_now),
        SqliteRateableAnswers(file, utc_now),
        SqlitePopular(file, utc_now),
    )


def database(settings: Settings, name: str, closing: Closing) -> "Database":
    """Open a SQLite file of the data folder; `closing` lets go of it."""
    from infra.local.sqlite import Database

    return closing.over(Database(settings.data_dir / f"{name}.sqlite"))


def kept_answers(settings: Settings, knowledge: "Database", *models: str) -> AnswerLevels:
    """Keep answers of these models in the file that counts the bases' versions, behind this process's memory."""
    from infra.local.answer_cache import MemoryAnswerCache
    from infra.local.stored_answers import Bounds, SqliteAnswerCache

    bounds = Bounds(settings.cache_seconds, settings.cache_entries)
    near = MemoryAnswerCache(bounds.seconds, bounds.entries)
    return AnswerLevels(near, SqliteAnswerCache(knowledge, bounds, origin(settings, *models)))


def models(
    settings: Settings, closing: Closing
) -> tuple[ChatModel, ChatModel | None, tuple[TaskModel, ...], Embedder, Reranker]:
    """Return what answers, a cheaper one, what does tasks, what embeds and what reranks."""
    chosen = embedder(settings, closing)
    answering = chat_model(settings, closing), small_model(settings, closing), task_models(settings, closing)
    return *answering, chosen, reranker(settings, chosen, closing)


def chat_model(settings: Settings, closing: Closing) -> ChatModel:
    """Return the model that writes answers: the server of the settings, or the extractive one."""
    if settings.chat_base_url:
        return served(settings, settings.chat_model, closing)
    from infra.local.extractive_model import ExtractiveModel

    return ExtractiveModel()


def small_model(settings: Settings, closing: Closing) -> ChatModel | None:
    """Return the cheaper model on the same server, where there is one."""
    return served(settings, settings.chat_small_model, closing) if settings.chat_small_model else None


def task_models(settings: Settings, closing: Closing) -> tuple[TaskModel, ...]:
    """Return what does tasks where there is a server: first what reads for the graph, then what may be chosen."""
    if not settings.chat_base_url:
        return ()
    answering = (settings.chat_model, settings.chat_small_model, *settings.chat_further_models.split())
    names = dict.fromkeys((settings.extraction_model or settings.chat_model, *answering))
    return tuple(served(settings, name, closing) for name in names if name)


def served(settings: Settings, name: str, closing: Closing) -> "CompatibleChatModel":
    """Return a model of the chat server."""
    from infra.openai_compatible.chat_model import CompatibleChatModel
    from infra.openai_compatible.patience import Patience

    key, patience = key_of(settings.chat_api_key), Patience(settings.chat_timeout_seconds)
    return closing.over(CompatibleChatModel(settings.chat_base_url, key, name, patience))


def embedder(settings: Settings, closing: Closing) -> Embedder:
    """Return the embedder: the server of the settings, the embedded one, or none; `closing` lets go of it."""
    if settings.embedding_base_url:
        from infra.openai_compatible.embedder import CompatibleEmbedder

        key, dimensions = key_of(settings.embedding_api_key), settings.embedding_dimensions
        return closing.over(CompatibleEmbedder(settings.embedding_base_url, key, settings.embedding_model, dimensions))
    if settings.embedder == "none":
        from infra.local.embedding import NoEmbedder

        return NoEmbedder()
    from infra.local.embedding import MiniLmEmbedder

    return closing.over(MiniLmEmbedder(settings.data_dir / "models"))


def reranker(settings: Settings, embedder: Embedder, closing: Closing) -> Reranker:
    """Return what reranks: the server of the settings, or the sentences' nearness by the embedder."""
    if settings.rerank_base_url:
        from infra.openai_compatible.reranker import CompatibleReranker

        key = key_of(settings.rerank_api_key)
        return closing.over(CompatibleReranker(settings.rerank_base_url, key, settings.rerank_model))
    from infra.local.reranker import SentenceReranker

    return SentenceReranker(embedder)


def alert_channel(settings: Settings) -> AlertChannel | None:
    """Return the webhook of the settings, or nothing: then budgets are watched in the log alone."""
    if not settings.alert_webhook_url:
        return None
    from infra.webhook import Webhook

    return Webhook(key_of(settings.alert_webhook_url), key_of(settings.alert_webhook_secret))


def key_of(value: str) -> Key:
    """Return a key as a setting has it, or what looks up the one that the setting names."""
    if not value.startswith(KEPT_ELSEWHERE):
        return value
    from infra.local.secrets import EnvironmentSecrets
    from infra.rotating_key import RotatingKey

    return RotatingKey(EnvironmentSecrets(present_environment), value.removeprefix(KEPT_ELSEWHERE))


async def nothing_to_prepare() -> None:
    """Return: the embedded parts make what they lack when they are opened."""
