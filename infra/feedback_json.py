"""Write feedback, and answers that can be rated, as JSON and read them back."""

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from shared.domain.conversations import Owner
from shared.domain.feedback import Feedback, RateableAnswer, Rating


def json_of(kept: Feedback | RateableAnswer) -> dict[str, Any]:
    """Write feedback or an answer with everything in it."""
    # Field by field: `asdict` copies every value, which takes longer than all else that is kept of an answer.
    plain = {each.name: getattr(kept, each.name) for each in fields(kept)}
    times = {"at": kept.at.isoformat(), "expires_at": kept.expires_at.isoformat()}
    return {**plain, "owner": asdict(kept.owner), "chunk_ids": list(kept.chunk_ids), **times}


def feedback_of(written: dict[str, Any]) -> Feedback:
    """Read feedback."""
    return Feedback(**{**written, **thawed(written), "rating": Rating(written["rating"])})


def answer_of(written: dict[str, Any]) -> RateableAnswer:
    """Read an answer."""
    return RateableAnswer(**{**written, **thawed(written)})


def thawed(written: dict[str, Any]) -> dict[str, Any]:
    """Read what both have that JSON has no type for."""
    return {
        "owner": Owner(**written["owner"]),
        "chunk_ids": tuple(written["chunk_ids"]),
        "at": datetime.fromisoformat(written["at"]),
        "expires_at": datetime.fromisoformat(written["expires_at"]),
    }
