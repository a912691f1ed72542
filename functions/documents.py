"""Functions that receive, show and delete documents."""

import azure.durable_functions as df

from functions.bootstrap import services
from functions.contracts.knowledge import DocumentAnswer, DocumentList, UploadAnswer
from functions.contracts.pages import PageQuery
from functions.operation import operation
from functions.request import Call
from functions.runs import start_ingestion
from functions.upload import received_file
from shared.domain.documents import DocumentState

blueprint = df.Blueprint()


@operation(blueprint, "POST", "knowledge/bases/{id}/documents", status=202, starts_runs=True)
async def upload_document(call: Call) -> UploadAnswer:
    """Upload a document as multipart/form-data in the field `file`; it is read in the background."""
    scope = await services().bases.scope(call.principal, call.path["id"])
    async with received_file(call.request, services().settings.max_upload_mb * 1_000_000) as (name, content):
        job = await services().documents.upload(scope.base, name, content)
    await start_ingestion(call.client, job)
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


@operation(blueprint, "DELETE", "knowledge/documents/{id}", status=204)
async def delete_document(call: Call) -> None:
    """Delete a document and everything made from it."""
    await services().documents.delete(call.principal, call.path["id"])
