"""Estimate the tokens of a call before it is made."""

from collections.abc import Iterable
from math import ceil

from shared.domain.money import TokenUsage
from shared.text.tokens import count_tokens

MESSAGE_TOKENS = 8
"""Tokens of the frame around one message."""

MARGIN = 1.2
"""What the count of another model's vocabulary may be above ours; tables of digits can exceed it, prose does not."""


def chat_estimate(texts: Iterable[str], output_tokens: int) -> TokenUsage:
    """Return the input tokens of the messages with a margin, and all the output that the model may write."""
    return TokenUsage(
        input=ceil(sum(MESSAGE_TOKENS + count_tokens(text) for text in texts) * MARGIN), output=output_tokens
    )


def embedding_estimate(texts: Iterable[str]) -> TokenUsage:
    """Return the input tokens of texts to embed, with a margin."""
    return TokenUsage(input=ceil(sum(count_tokens(text) for text in texts) * MARGIN))
