"""Says in the words of a document's owner why the service did not read it."""

from collections.abc import Iterator
from typing import Any

from shared.domain.errors import DocumentUnreadable

UNREADABLE = "the file is broken, encrypted or in a format that cannot be read; save it anew, without a password"
REASONS = {
    "InvalidContent": UNREADABLE,
    "UnsupportedContent": UNREADABLE,
    "InvalidContentLength": "the file is larger than the document reader takes; split it",
    "InvalidContentDimensions": "an image in the file has fewer than 50 or more than 10,000 pixels on a side",
}
"""By the code of an error; others say something of the service or of the request, not of the file."""


def refusal(error: Exception) -> DocumentUnreadable | None:
    """Return why a file cannot be read, or None where the error says nothing of the file."""
    reasons = (REASONS[code] for code in codes(getattr(error, "error", None)) if code in REASONS)
    return next(map(DocumentUnreadable, reasons), None)


def codes(error: Any) -> Iterator[str]:
    """Go through the codes of an error of the service and of the errors inside it, as the SDK has read them."""
    waiting = [error]
    while waiting:
        if (each := waiting.pop()) is None:
            continue
        yield str(part(each, "code"))
        waiting.append(part(each, "innererror"))
        waiting.extend(part(each, "details") or ())


def part(error: Any, name: str) -> Any:
    """Return a part of an error that is a mapping or an object."""
    return error.get(name) if hasattr(error, "get") else getattr(error, name, None)
