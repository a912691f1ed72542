"""Tracing by OpenTelemetry; imported with the first use, since only a process that exports needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from opentelemetry import context
from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context

from infra.telemetry.conventions import ERROR, REQUEST_MODEL
from infra.telemetry.tracing import Attributes, Place

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span as Recorded
    from opentelemetry.trace import Tracer


class OpenTelemetrySpan:
    """A span of a tracer."""

    def __init__(self, span: Recorded, under: Context) -> None:
        self._span, self._context = span, set_span_in_context(span, under)

    @contextmanager
    def around(self) -> Iterator[None]:
        """Make the span the current one; see the protocol.

        A generator is driven by a task of its own for each of its items, so the span is made current for each anew.
        """
        token = context.attach(self._context)
        try:
            yield
        finally:
            context.detach(token)

    def note(self, attributes: Attributes) -> None:
        """Add what has become known."""
        self._span.set_attributes(attributes)

    def end(self, error: str = "") -> None:
        """End the span; see the protocol."""
        if error:
            self._span.set_attribute(ERROR, error)
            self._span.set_status(Status(StatusCode.ERROR, error))
        self._span.end()


class OpenTelemetryTracing:
    """Implements Tracing with a tracer."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    def here(self) -> Place:
        """Return the current context."""
        return context.get_current()

    def begin(self, name: str, attributes: Attributes, under: Place) -> OpenTelemetrySpan:
        """Begin a span; a call of a model is one to the outside."""
        parent = cast("Context", under)
        kind = SpanKind.CLIENT if REQUEST_MODEL in attributes else SpanKind.INTERNAL
        return OpenTelemetrySpan(self._tracer.start_span(name, parent, kind, attributes), parent)
