"""A cheap question to every dependency, for readiness."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from time import time
from typing import TYPE_CHECKING

from shared.domain.access import BaseKey, Principal, Scope
from shared.domain.conversations import Owner
from shared.domain.tally import REQUESTS, Share, Stretch

if TYPE_CHECKING:
    from functions.ground import Ground
    from functions.identity_ground import IdentityGround

Probe = Callable[[], Awaitable[object]]

NOBODY = Principal("readiness", "probe")
MOMENT = Stretch(NOBODY.tenant, "probe", 60)
OWNER = Owner(NOBODY.tenant, NOBODY.user)
NOWHERE = BaseKey(NOBODY.tenant, "probe")


def probes(ground: Ground) -> dict[str, Probe]:
    """Return a cheap question to every dependency, by the name of its port."""
    asked: dict[str, Probe] = {
        "catalog": lambda: ground.catalog.bases(NOBODY, 1),
        "files": lambda: ground.files.etag("documents/readiness/probe"),
        "chunk_index": lambda: ground.index.chunks_of(NOWHERE, "probe"),
        "embedding_store": lambda: ground.embeddings.known("probe", ["probe"]),
        "extraction_store": lambda: ground.writings.known(NOWHERE, ["probe"]),
        "extraction_queue": lambda: ground.queue.waiting(NOWHERE, 1),
        "graph_store": lambda: ground.graph.snapshot(NOWHERE),
        "resolutions": lambda: ground.resolutions.resolutions(Scope(NOWHERE, NOBODY.labels), 1),
        "ledger": lambda: ground.ledger.budgets(time()),
        "tally": lambda: ground.tally.take(MOMENT, [Share(REQUESTS, 0, 0)], time()),
        "answer_cache": lambda: ground.cache.holding([NOWHERE]),
        "conversations": lambda: ground.personal.conversations.conversations(OWNER, 1),
        "feedback": lambda: ground.personal.feedback.given(OWNER),
        "rateable_answers": lambda: ground.personal.rateable_answers.answer(OWNER, "probe"),
        "popular": lambda: ground.personal.popular.answered(NOWHERE),
        "measurements": lambda: ground.measurements.since(int(time() // 60)),
        "document_parser": lambda: ground.parser.ping(),
        "prompt_shield": lambda: ground.shield.ping(),
        "embedder": lambda: ground.embedder.ping(),
        "reranker": lambda: ground.reranker.ping(),
        "chat_model": lambda: ground.chat_model.ping(),
    }
    if ground.secrets:
        asked["secrets"] = ground.secrets.ping
    return asked if ground.identity is None else asked | sign_in_probes(ground.identity)


def sign_in_probes(identity: IdentityGround) -> dict[str, Probe]:
    """Return a cheap question to all that sign-in stands on."""
    stores, directory = identity.stores, identity.directory
    asked: dict[str, Probe] = {
        "users": lambda: stores.users.user(NOBODY.tenant, NOBODY.user),
        "sessions": lambda: stores.sessions.session(NOBODY.user, "probe"),
        "audit_trail": lambda: stores.audit.entries(NOBODY.tenant, 1),
        "service_keys": lambda: stores.service_keys.key(NOBODY.tenant, "probe"),
    }
    return asked if directory is None else {**asked, "directory": directory.ping}
