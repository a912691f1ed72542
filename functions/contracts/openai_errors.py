"""The body of an error as OpenAI's clients read it."""

from typing import Any

from pydantic import BaseModel


class OpenAIErrorDetail(BaseModel):
    """What went wrong: the kind of error, the field that is wrong, and this service's stable code and request id."""

    message: str
    type: str
    param: str | None
    code: str
    request_id: str
    details: dict[str, Any]


class OpenAIErrorAnswer(BaseModel):
    """The form of an error on the routes that OpenAI's clients call."""

    error: OpenAIErrorDetail
