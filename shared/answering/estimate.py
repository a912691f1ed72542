"""Estimate what a prompt will use, before anything is sent."""

from math import ceil

from shared.answering.messages import messages
from shared.domain.answers import Prompt
from shared.domain.money import TokenUsage
from shared.text.tokens import count_tokens

MESSAGE_TOKENS = 4
"""Tokens of the marks around one chat message."""

MARGIN = 1.2
"""What another vocabulary may count above ours, so that the money held is enough for prose; a table of digits, which
our count underestimates by up to a third, may still settle above it."""


def estimated_usage(prompt: Prompt) -> TokenUsage:
    """Return the tokens of the messages and the most that may be written."""
    read = sum(count_tokens(message["content"]) + MESSAGE_TOKENS for message in messages(prompt))
    return TokenUsage(input=ceil(MARGIN * read), output=prompt.maximum_output_tokens)
