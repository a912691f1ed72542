"""Estimate what a prompt will use, before anything is sent."""

from shared.answering.messages import messages
from shared.domain.answers import Prompt
from shared.domain.money import TokenUsage
from shared.text.tokens import count_tokens

MESSAGE_TOKENS = 4
"""Tokens of the marks around one chat message."""


def estimated_usage(prompt: Prompt) -> TokenUsage:
    """Return the tokens of the messages and the most that may be written."""
    read = sum(count_tokens(message["content"]) + MESSAGE_TOKENS for message in messages(prompt))
    return TokenUsage(input=read, output=prompt.maximum_output_tokens)
