"""The OData filters of every query: whose chunks, and which of them a reader may see."""

from collections.abc import Collection, Sequence

from shared.domain.access import BaseKey, Scope
from shared.domain.errors import AccessDenied

SEPARATORS = (0x7C, *range(0xE000, 0xF8FF))
"""Code points that may part the values of `search.in`: the bar, else one for private use that no value holds."""

CHUNKS = "kind eq 'chunk'"
DOCUMENTS = "kind eq 'document'"


def quoted(text: str) -> str:
    """Write a text as an OData literal; a quote inside is doubled, and nothing else has a meaning there."""
    return "'" + text.replace("'", "''") + "'"


def among(field: str, values: Collection[str]) -> str:
    """Say that a field equals one of the values, whatever characters they hold."""
    separator = next(chr(point) for point in SEPARATORS if not any(chr(point) in value for value in values))
    return f"search.in({field}, {quoted(separator.join(sorted(values)))}, '{separator}')"


def of_base(base: BaseKey) -> str:
    """Keep to one knowledge base of one tenant."""
    return f"tenant eq {quoted(base.tenant)} and base eq {quoted(base.id)}"


def of_document(base: BaseKey, document_id: str) -> str:
    """Keep to one document."""
    return f"{of_base(base)} and document eq {quoted(document_id)}"


def readable(scope: Scope, chunk_ids: Sequence[str] | None = None) -> str:
    """Keep to the chunks that a scope may read, or to those of the chunks named.

    Raises AccessDenied without a label that could let anything through: an empty list must never become no filter.
    """
    labels = {label for label in scope.labels if label}
    if not labels:
        raise AccessDenied("a search needs at least one access label")
    parts = [of_base(scope.base), CHUNKS, f"access/any(label: {among('label', labels)})"]
    if chunk_ids is not None:
        parts.append(among("id", chunk_ids))
    return " and ".join(parts)
