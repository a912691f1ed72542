"""Write feedback as JSON and read it back."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from shared.domain.conversations import Owner
from shared.domain.feedback import Feedback, Rating


def json_of(feedback: Feedback) -> dict[str, Any]:
    """Write feedback with everything in it."""
    times = {"at": feedback.at.isoformat(), "expires_at": feedback.expires_at.isoformat()}
    return {**asdict(feedback), "rating": feedback.rating.value, "chunk_ids": list(feedback.chunk_ids), **times}


def feedback_of(written: dict[str, Any]) -> Feedback:
    """Read feedback."""
    return Feedback(
        **{
            **written,
            "owner": Owner(**written["owner"]),
            "rating": Rating(written["rating"]),
            "chunk_ids": tuple(written["chunk_ids"]),
            "at": datetime.fromisoformat(written["at"]),
            "expires_at": datetime.fromisoformat(written["expires_at"]),
        }
    )
