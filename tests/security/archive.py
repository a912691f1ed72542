"""A house with documents of several tenants and labels, filled through the real steps of ingestion."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from functions.bootstrap import local_ground
from functions.ground import Ground
from functions.rooms import Services, build
from shared.domain.access import EVERYONE, BaseKey, Principal, Scope
from shared.domain.answers import Question
from shared.domain.documents import KnowledgeBase, document_id
from shared.domain.roles import Role
from shared.services.documents import Documents
from shared.settings import Settings
from tests.workflow.shelf import Run, bytes_of

BOARD = "group:board"
PUBLIC = frozenset({EVERYONE})
SECRET = frozenset({BOARD})
BASE = BaseKey("heron", "handbook")
STAFF = Principal("heron", "ada", role=Role.USER)
DIRECTOR = Principal("heron", "ben", frozenset({EVERYONE, BOARD}), Role.USER)
STRANGER = Principal("stork", "cleo", frozenset({EVERYONE, BOARD}), Role.USER)
ARCHIVIST = Principal("heron", "archivist", role=Role.ADMIN)


@dataclass(frozen=True)
class Archive:
    """The services over one ground, and short ways to fill and to ask."""

    ground: Ground
    services: Services

    async def add(self, name: str, text: str, access: frozenset[str] = PUBLIC, base: BaseKey = BASE) -> str:
        """Ingest a document under access labels and return its id."""
        await self.services.bases.ensure(base)
        archivist = replace(ARCHIVIST, tenant=base.tenant)
        job = await self.services.documents.upload(archivist, base, name, bytes_of(text.encode()))
        if access != PUBLIC:
            await self.services.documents.relabel(archivist, job.document_id, access, unnoted)
        run = Run(self.services, job, text)
        await run.to_the_end()
        assert not run.has_failed
        return document_id(base, name)

    async def add_base(self, key: BaseKey, access: frozenset[str]) -> None:
        """Add a base that some may read."""
        now = self.services.documents.clock()
        await self.ground.catalog.create_base(KnowledgeBase(key, key.id, "", access, now))

    def question(self, principal: Principal, text: str, **options: Any) -> Question:
        """Ask the handbook in the scope that the principal has there."""
        return Question(principal, Scope(BaseKey(principal.tenant, BASE.id), principal.labels), text, **options)

    @property
    def documents(self) -> Documents:
        """The documents."""
        return self.services.documents


@asynccontextmanager
async def archive(folder: Path, **changes: Any) -> AsyncIterator[Archive]:
    """Open an empty house with an embedder of its own, so that search by meaning takes part."""
    settings = Settings(data_dir=folder, embedder="none")
    ground = replace(local_ground(settings), embedder=LetterEmbedder(), **changes)
    services = build(settings, ground)
    try:
        yield Archive(ground, services)
    finally:
        await services.close()


class LetterEmbedder:
    """Embeds a text as how often each letter stands in it: cheap, and near for texts that share words."""

    name, dimensions = "letters", 26

    async def ping(self) -> None:
        """Answer."""

    async def embed(self, texts: Any) -> Any:
        """Return shape (texts, 26), rows of unit length."""
        import numpy as np

        counts = np.array([[1 + text.lower().count(chr(97 + place)) for place in range(26)] for text in texts])
        return (counts / np.linalg.norm(counts, axis=1, keepdims=True)).astype(np.float32)


async def unnoted(before: frozenset[str], after: frozenset[str]) -> None:
    """Let a change of labels be written down nowhere, as without sign-in."""
