"""The chat model that needs no model: it answers with sentences of the passages, word for word."""

import asyncio
from collections.abc import AsyncGenerator

from shared.answering.extractive_answer import EXTRACTIVE, bounded_answer
from shared.domain.answers import ModelEvent, Prompt, TextDelta, UsageReport
from shared.domain.money import TokenUsage


class ExtractiveModel:
    """Port ChatModel without tokens and without cost."""

    name = EXTRACTIVE

    async def ping(self) -> None:
        """Answer; there is nothing that could be away."""

    async def stream(self, prompt: Prompt) -> AsyncGenerator[ModelEvent, None]:
        """Write sentence by sentence; reading fifty passages takes long enough to be done on a thread."""
        pieces, is_cut = await asyncio.to_thread(bounded_answer, prompt)
        for piece in pieces:
            yield TextDelta(piece)
        yield UsageReport(TokenUsage(), is_cut=is_cut)
