"""Which kept answers are given again: those of alike questions too, and what is popular is answered ahead for it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from functions.ground import Ground
from functions.product import product_version
from shared.domain.identity import content_id
from shared.services.alike_questions import AlikeQuestions
from shared.services.ask import Asking
from shared.services.embedding import Embedding
from shared.services.popularity import Popularity
from shared.services.precomputing import Precomputing
from shared.settings import Settings

NEAR_SECONDS = 30
"""How long memory keeps what other instances share: so late may one hear that another forgot a base's answers."""

POPULAR_DAYS = 30
"""How long it counts that somebody asked a question; no longer than a message of a conversation is kept."""


def origin(settings: Settings, *models: str) -> str:
    """Name what answers, so that a kept answer of other models, or of another program, is not given again."""
    return content_id(product_version(), str(settings.context_tokens), *models)


def finding_alike(settings: Settings, ground: Ground, embedding: Embedding) -> Ground:
    """Return the ground with a cache that knows questions in other words, where they are wanted and can be embedded."""
    if settings.cache_alike == "off" or not ground.embedder.dimensions:
        return ground
    return replace(ground, cache=ground.cache.with_alike(AlikeQuestions(embedding, settings.cache_entries)))


def popularity(settings: Settings, ground: Ground, clock: Callable[[], datetime]) -> Popularity | None:
    """Count who asks what, where answers are kept and people sign in: without that everybody is one and the same."""
    keeps_answers = settings.cache_seconds and (settings.cache_entries or settings.profile == "azure")
    if not (keeps_answers and settings.cache_popular and ground.identity):
        return None
    return Popularity(ground.personal.popular, min(POPULAR_DAYS, settings.conversation_days), clock)


def precomputing(settings: Settings, ground: Ground, ask: Asking, clock: Callable[[], datetime]) -> Precomputing | None:
    """Answer ahead what is popular, where that is counted; nobody waits, so no model is asked beside a silent one."""
    if ask.popularity is None:
        return None
    ask = replace(ask, patience=None)
    most, seconds, popular = settings.cache_popular, settings.request_seconds, ground.personal.popular
    return Precomputing(ground.catalog, ground.index, ground.graph, popular, ask, most, seconds, clock)
