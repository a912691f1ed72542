"""What the house stands on: one adapter for every port."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from functions.identity_ground import IdentityGround
from functions.personal_ground import PersonalGround
from shared.ports.alerts import AlertChannel
from shared.ports.catalog import Catalog
from shared.ports.chunk_index import ChunkIndex, EmbeddingStore
from shared.ports.extraction import ExtractionQueue, ExtractionStore
from shared.ports.files import Files
from shared.ports.graph_store import GraphStore
from shared.ports.ledger import Ledger
from shared.ports.measurements import MeasurementStore
from shared.ports.models import ChatModel, Embedder, TaskModel
from shared.ports.parser import DocumentParser
from shared.ports.prompt_shield import PromptShield
from shared.ports.reranker import Reranker
from shared.ports.resolutions import ResolutionStore
from shared.ports.secrets import Secrets
from shared.ports.tally import Tally
from shared.ports.web_files import WebFiles
from shared.services.answer_levels import AnswerLevels


@dataclass(frozen=True)
class Ground:
    """One adapter for every port, how to set up what they need, and how to let go of them all.

    `prepare` may be called at any time and again; it raises BadSetting for what an operator has to mend. `close` is
    called on the event loop that the adapters worked on. `further_models` answer once somebody switches to them, and
    `further_task_models` reword and report in place of the `task_model`.
    """

    catalog: Catalog
    files: Files
    web: WebFiles
    parser: DocumentParser
    index: ChunkIndex
    embeddings: EmbeddingStore
    graph: GraphStore
    resolutions: ResolutionStore
    ledger: Ledger
    tally: Tally
    cache: AnswerLevels
    measurements: MeasurementStore
    chat_model: ChatModel
    small_model: ChatModel | None
    embedder: Embedder
    reranker: Reranker
    shield: PromptShield
    task_model: TaskModel | None
    writings: ExtractionStore
    queue: ExtractionQueue
    personal: PersonalGround
    identity: IdentityGround | None
    prepare: Callable[[], Awaitable[None]]
    alerts: AlertChannel | None
    close: Callable[[], Awaitable[None]]
    secrets: Secrets | None = None
    further_models: tuple[ChatModel, ...] = ()
    further_task_models: tuple[TaskModel, ...] = ()
