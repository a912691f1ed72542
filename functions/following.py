"""Functions that let a page follow what becomes of documents."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime

import azure.durable_functions as df
from azurefunctions.extensions.http.fastapi import Request, StreamingResponse

from functions import sse
from functions.bootstrap import services
from functions.contracts.knowledge import DocumentAnswer
from functions.operation import operation
from functions.request import Call
from shared.domain.access import Principal
from shared.domain.errors import BadRequest
from shared.services.progress import OVERLAP

blueprint = df.Blueprint()


@operation(blueprint, "GET", "knowledge/bases/{id}/events", media_type="text/event-stream")
async def follow_documents(call: Call) -> StreamingResponse:
    """Follow the documents of a base as server-sent events: document, done, error; resumes at Last-Event-ID."""
    base = await services().bases.get(call.principal, call.path["id"])
    services().knowledge.progress.listeners.check(call.principal)
    return sse.stream(events(call.principal, base.key.id, last_event(call.request)), call.request_id)


async def events(principal: Principal, base: str, since: datetime) -> AsyncGenerator[sse.Event, None]:
    """Write each change of a document as one event, named by its moment; `done` says to come back for more."""
    async with aclosing(services().knowledge.progress.follow(principal, base, since)) as changes:
        async for document in changes:
            yield "document", DocumentAnswer.of(document).model_dump(mode="json"), document.updated_at.isoformat()
    yield "done", {"finish_reason": "time"}


def last_event(request: Request) -> datetime:
    """Return the moment that a caller has heard of already, the present one at first. Raises BadRequest."""
    given = request.headers.get("last-event-id", "")
    if not given:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(given)
        return max(moment.astimezone(UTC), datetime.min.replace(tzinfo=UTC) + 2 * OVERLAP)
    except (ValueError, OverflowError):
        raise BadRequest("Last-Event-ID is no id of an event of this stream") from None
