"""Functions that take many files in at once and show what has become of them together."""

from collections.abc import AsyncIterator
from contextlib import aclosing

import azure.durable_functions as df

from functions.bootstrap import services
from functions.contracts.knowledge import UploadQuery
from functions.contracts.uploading import AddressesRequest, BaseStatusAnswer, TakenAnswer, UploadedAnswer
from functions.multipart import Part, parts
from functions.operation import operation
from functions.request import Call
from functions.runs import begin_ingestion
from functions.upload import ENVELOPE
from shared.domain.access import Scope
from shared.domain.errors import BadRequest
from shared.domain.roles import Feature
from shared.services.intake import Delivery, Taken

blueprint = df.Blueprint()


@operation(blueprint, "POST", "knowledge/upload", status=202, starts_runs=True, needs=Feature.EMBEDDING)
async def upload_knowledge(call: Call, query: UploadQuery) -> UploadedAnswer:
    """Upload documents as multipart/form-data: the field `kb_id`, then any number of files or zip archives."""
    scope: Scope | None = None
    items: list[TakenAnswer] = []
    async with aclosing(parts(call.request, services().settings.max_upload_mb * 1_000_000 + ENVELOPE)) as form:
        async for part in form:
            if part.filename is None:
                scope = await scope_of(call, part) or scope
            elif scope is None:
                raise BadRequest("the field 'kb_id' must come before the files", field="kb_id")
            else:
                to = Delivery(call.principal, scope.base, query.labels)
                items += [await started(call, each) async for each in taken(to, part)]
    if scope is None or not items:
        raise BadRequest("the form needs the field 'kb_id' and at least one file", field="kb_id" if items else "file")
    return UploadedAnswer(dataset_id=scope.base.id, items=items)


@operation(blueprint, "POST", "knowledge/bases/{id}/urls", status=202, starts_runs=True, needs=Feature.EMBEDDING)
async def fetch_documents(call: Call, body: AddressesRequest, query: UploadQuery) -> UploadedAnswer:
    """Fetch documents from addresses on the web, where the operator allows their hosts."""
    scope = await services().bases.scope(call.principal, call.path["id"])
    to = Delivery(call.principal, scope.base, query.labels)
    async with aclosing(services().knowledge.intake.fetch(to, body.urls)) as files:
        items = [await started(call, each) async for each in files]
    return UploadedAnswer(dataset_id=scope.base.id, items=items)


@operation(blueprint, "GET", "knowledge/status/{dataset_id}")
async def get_knowledge_status(call: Call) -> BaseStatusAnswer:
    """Say where a knowledge base stands: its documents by state, and how far they are together."""
    scope = await services().bases.scope(call.principal, call.path["dataset_id"])
    base = await services().bases.get(call.principal, scope.base.id)
    return BaseStatusAnswer.of(base.key.id, await services().knowledge.statuses.of(scope, base.settings))


async def scope_of(call: Call, part: Part) -> Scope | None:
    """Return the base that a field names; other fields say nothing. Raises NotFound."""
    if part.name not in ("kb_id", "dataset_id"):
        return None
    return await services().bases.scope(call.principal, await part.text())


async def taken(to: Delivery, part: Part) -> AsyncIterator[Taken]:
    """Take in the files of one part."""
    async with aclosing(services().knowledge.intake.take(to, part.filename or "", part.content)) as files:
        async for each in files:
            yield each


async def started(call: Call, taken: Taken) -> TakenAnswer:
    """Start the reading of a file that was kept."""
    if taken.job:
        await begin_ingestion(call.client, taken.job)
    return TakenAnswer.of(taken)
