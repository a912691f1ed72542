"""Functions that receive, show and delete documents."""

from functools import partial

import azure.durable_functions as df

from functions.bootstrap import services
from functions.conditions import states_wanted
from functions.contracts.knowledge import (
    DeletedAnswer,
    DocumentAnswer,
    DocumentChange,
    DocumentList,
    DocumentsRequest,
    UploadAnswer,
    UploadQuery,
)
from functions.contracts.pages import PageQuery
from functions.label_trail import label_trail
from functions.operation import operation
from functions.request import Call
from functions.runs import begin_ingestion, end_ingestion, ended_ingestion, start_ingestion
from functions.upload import received_file
from shared.domain.documents import DocumentState
from shared.domain.roles import Feature

blueprint = df.Blueprint()


@operation(blueprint, "POST", "knowledge/bases/{id}/documents", status=202, starts_runs=True, needs=Feature.EMBEDDING)
async def upload_document(call: Call, query: UploadQuery) -> UploadAnswer:
    """Upload a document as multipart/form-data in the field `file`; it is read in the background."""
    scope = await services().bases.scope(call.principal, call.path["id"])
    async with received_file(call.request, services().settings.max_upload_mb * 1_000_000) as (name, content):
        job = await services().documents.upload(call.principal, scope.base, name, content, query.labels)
    await begin_ingestion(call.client, job)
    return UploadAnswer(document_id=job.document_id, status=DocumentState.RECEIVED.value)


@operation(blueprint, "GET", "knowledge/bases/{id}/documents")
async def list_documents(call: Call, query: PageQuery) -> DocumentList:
    """List the documents of a knowledge base."""
    scope = await services().bases.scope(call.principal, call.path["id"])
    found = await services().documents.list(scope, query.limit + 1, query.after)
    page = found[: query.limit]
    following = page[-1].id if len(found) > query.limit else ""
    return DocumentList(items=[DocumentAnswer.of(each) for each in page], next=following)


@operation(blueprint, "GET", "knowledge/documents/{id}/status")
async def get_document_status(call: Call) -> DocumentAnswer:
    """Say where a document stands."""
    return DocumentAnswer.of(await services().documents.get(call.principal, call.path["id"]))


@operation(blueprint, "POST", "knowledge/documents/{id}/cancel", starts_runs=True, needs=Feature.EMBEDDING)
async def cancel_document(call: Call) -> DocumentAnswer:
    """Stop reading a document; nothing of it can be found from then on."""
    end = partial(end_ingestion, call.client)
    return DocumentAnswer.of(await services().knowledge.runs.cancel(call.principal, call.path["id"], end))


@operation(blueprint, "POST", "knowledge/documents/{id}/retry", status=202, starts_runs=True, needs=Feature.EMBEDDING)
async def retry_document(call: Call) -> UploadAnswer:
    """Read a document again that failed or was cancelled."""
    ended = partial(ended_ingestion, call.client)
    job = await services().knowledge.runs.retry(call.principal, call.path["id"], ended)
    await start_ingestion(call.client, job)
    return UploadAnswer(document_id=job.document_id, status=DocumentState.RECEIVED)


@operation(blueprint, "POST", "knowledge/documents/delete", needs=Feature.EMBEDDING)
async def delete_documents(call: Call, body: DocumentsRequest) -> DeletedAnswer:
    """Delete many documents and everything made from them."""
    deleted = await services().documents.delete_many(call.principal, body.document_ids)
    missing = [each for each in body.document_ids if each not in deleted]
    return DeletedAnswer(deleted=sorted(deleted), missing=missing)


@operation(blueprint, "PATCH", "knowledge/documents/{id}", needs=Feature.EMBEDDING, conditional=True)
async def change_document(call: Call, body: DocumentChange) -> DocumentAnswer:
    """Change who may read a document, where it carries the access labels that If-Match names."""
    id, access = call.path["id"], frozenset(body.access)
    noted, states = label_trail(call, f"document/{id}"), states_wanted(call.request)
    return DocumentAnswer.of(await services().documents.relabel(call.principal, id, access, noted, states))


@operation(blueprint, "DELETE", "knowledge/documents/{id}", status=204, needs=Feature.EMBEDDING)
async def delete_document(call: Call) -> None:
    """Delete a document and everything made from it."""
    await services().documents.delete(call.principal, call.path["id"])
