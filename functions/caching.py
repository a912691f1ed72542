"""Which kept answers are given again: not those of other programs and times, but those of alike questions."""

from dataclasses import replace

from functions.ground import Ground
from functions.product import product_version
from shared.domain.identity import content_id
from shared.services.alike_questions import AlikeQuestions
from shared.services.embedding import Embedding
from shared.settings import Settings

NEAR_SECONDS = 30
"""How long memory keeps what other instances share: so late may one hear that another forgot a base's answers."""


def origin(settings: Settings, *models: str) -> str:
    """Name what answers, so that a kept answer of other models, or of another program, is not given again."""
    return content_id(product_version(), str(settings.context_tokens), *models)


def finding_alike(settings: Settings, ground: Ground, embedding: Embedding) -> Ground:
    """Return the ground with a cache that knows questions in other words, where they are wanted and can be embedded."""
    if settings.cache_alike == "off" or not ground.embedder.dimensions:
        return ground
    return replace(ground, cache=ground.cache.with_alike(AlikeQuestions(embedding, settings.cache_entries)))
