"""The body of every error."""

from typing import Any

from pydantic import BaseModel


class ErrorDetail(BaseModel):
    """What went wrong; `code` is stable, `message` is for people."""

    code: str
    message: str
    request_id: str
    details: dict[str, Any]


class ErrorAnswer(BaseModel):
    """The form of every error."""

    error: ErrorDetail
