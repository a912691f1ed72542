"""
Errors of the knowledge service, one tree; the name says the cause:

KnowledgeError
├── BadRequest                                   the caller must change something
│   ├── BadQuestion · TooLarge · HeadersTooLarge · ContentBlocked
│   └── DocumentUnreadable
│       └── DocumentBroken · DocumentEmpty · DocumentEncrypted · DocumentTooLarge · DocumentOfUnknownFormat
├── NotSignedIn · BadSignature                   it is not known who asks, or whether they asked this
├── AccessDenied · NotFound · Conflict           the caller may not, or it is not there, or it is there already
│   └── NoSuchModel
│   └── Outdated                                 it is not in the state that the caller knows
├── BudgetExceeded                               the money for this period is spent or reserved
├── QuotaExceeded                                the requests of this day are used up
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


class HeadersTooLarge(TooLarge):
    """The headers of a request are over their limit."""

    code = "headers_too_large"


class DocumentUnreadable(BadRequest):
    """The bytes of a document cannot be turned into text; the message is the reason that its owner reads."""

    code = "document_unreadable"


class DocumentBroken(DocumentUnreadable):
    """The bytes are damaged."""

    code = "document_broken"


class DocumentEmpty(DocumentUnreadable):
    """There is no text in it."""

    code = "document_empty"


class DocumentEncrypted(DocumentUnreadable):
    """It asks for a password."""

    code = "document_encrypted"


class DocumentTooLarge(DocumentUnreadable):
    """It is, holds or unpacks to more than is read."""

    code = "document_too_large"


class DocumentOfUnknownFormat(DocumentUnreadable):
    """It is in none of the accepted formats."""

    code = "document_format_unknown"


class ContentBlocked(BadRequest):
    """A screen or the model's own filter refused the content."""

    code = "content_blocked"


class NotSignedIn(KnowledgeError):
    """The request says of nobody, in a way that can be trusted, who makes it."""

    code = "not_signed_in"


class BadSignature(NotSignedIn):
    """A request has to be signed as a whole, and is not, or not any more."""

    code = "bad_signature"


class AccessDenied(KnowledgeError):
    """The principal may not do this."""

    code = "access_denied"


class NotFound(KnowledgeError):
    """There is no such thing, or none that the principal may see."""

    code = "not_found"


class NoSuchModel(NotFound):
    """No model has this name, or none that the principal may ask."""

    code = "model_not_found"


class Conflict(KnowledgeError):
    """The name is taken, or the thing changed under the caller's hands."""

    code = "conflict"


class Outdated(Conflict):
    """The thing is not in the state that the caller wants to change; read it again."""

    code = "outdated"


class BudgetExceeded(KnowledgeError):
    """The reservation does not fit into a budget."""

    code = "budget_exceeded"


class QuotaExceeded(KnowledgeError):
    """The requests of a role are used up for the day; `details["retry_after"]` holds the seconds until the next."""

    code = "quota_exceeded"


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
