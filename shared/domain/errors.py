"""
Errors of the knowledge service, one tree; the name says the cause:

KnowledgeError
├── BadRequest                                   the caller must change something
│   ├── BadQuestion · TooLarge · DocumentUnreadable · ContentBlocked
├── AccessDenied · NotFound · Conflict           the caller may not, or it is not there, or it is there already
├── BudgetExceeded                               the money for this period is spent or reserved
├── BadSetting                                   the operator must change a setting
└── Unavailable (retryable)
    ├── ModelUnavailable · RateLimited · DeadlineExceeded
    └── StoreUnavailable
"""

from typing import ClassVar


class KnowledgeError(Exception):
    """Any error the service raises on purpose. `code` is stable; `retryable` says whether the same call may succeed."""

    code: ClassVar[str] = "internal_error"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, **details: object) -> None:
        """`message` says what is wrong and what to do; `details` are JSON values for the caller's program."""
        super().__init__(message)
        self.message = message
        self.details = details


class BadRequest(KnowledgeError):
    """The request breaks a rule of the API."""

    code = "bad_request"


class BadQuestion(BadRequest):
    """The question is empty, too long or not text."""

    code = "bad_question"


class TooLarge(BadRequest):
    """A body or a file is over its limit."""

    code = "too_large"


class DocumentUnreadable(BadRequest):
    """The bytes of a document cannot be turned into text; the message is the reason that its owner reads."""

    code = "document_unreadable"


class ContentBlocked(BadRequest):
    """A screen or the model's own filter refused the content."""

    code = "content_blocked"


class AccessDenied(KnowledgeError):
    """The principal may not do this."""

    code = "access_denied"


class NotFound(KnowledgeError):
    """There is no such thing, or none that the principal may see."""

    code = "not_found"


class Conflict(KnowledgeError):
    """The name is taken, or the thing changed under the caller's hands."""

    code = "conflict"


class BudgetExceeded(KnowledgeError):
    """The reservation does not fit into a budget."""

    code = "budget_exceeded"


class BadSetting(KnowledgeError):
    """A setting is missing or wrong; the message names it."""

    code = "bad_setting"


class Unavailable(KnowledgeError):
    """Something the service depends on does not answer."""

    code = "unavailable"
    retryable = True


class ModelUnavailable(Unavailable):
    """The chat model or the embedder does not answer as it should."""

    code = "model_unavailable"


class RateLimited(Unavailable):
    """Too many calls; `details["retry_after"]` holds seconds where they are known."""

    code = "rate_limited"


class DeadlineExceeded(Unavailable):
    """The time for this call ran out."""

    code = "deadline_exceeded"


class StoreUnavailable(Unavailable):
    """A store is full, locked, broken or away."""

    code = "store_unavailable"
