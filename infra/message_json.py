"""Write a message as JSON and read it back."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from infra.answer_json import thawed, types_of
from shared.domain.conversations import Message

TIMES = ("at", "expires_at")


def json_of(message: Message) -> dict[str, Any]:
    """Write a message with everything in it."""
    return {**asdict(message), **{name: getattr(message, name).isoformat() for name in TIMES}}


def message_of(written: dict[str, Any]) -> Message:
    """Read a message."""
    kinds = types_of(Message)
    values: dict[str, Any] = {name: thawed(kinds[name], written[name]) for name in kinds if name not in TIMES}
    values |= {name: datetime.fromisoformat(written[name]) for name in TIMES}
    return Message(**values)
