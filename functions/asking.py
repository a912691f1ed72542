"""Functions that answer questions."""

import azure.durable_functions as df
from azurefunctions.extensions.http.fastapi import StreamingResponse

from functions import measurements, sse
from functions.answer_events import counted, events, place_of
from functions.bootstrap import services
from functions.contracts.asking import ChatRequest, GivenAnswer, QueryRequest
from functions.contracts.graph_search import (
    CommunityAnswer,
    EntityAnswer,
    Found,
    GraphContext,
    GraphMetadata,
    GraphSearchAnswer,
    GraphSearchRequest,
    PathStep,
    RelationAnswer,
)
from functions.operation import operation
from functions.request import Call
from shared.domain.roles import Feature

blueprint = df.Blueprint()


@operation(blueprint, "POST", "rag/query", needs=Feature.CHAT)
async def rag_query(call: Call, body: QueryRequest) -> GivenAnswer:
    """Answer a question from the documents of a knowledge base."""
    scope = await services().bases.scope(call.principal, body.kb_id)
    question = body.question(call.principal, scope)
    with measurements.counting_blocked():
        answer = await services().ask.answer(question)
    counted(answer)
    rateable = await services().personal.noting.note(question, answer)
    return GivenAnswer.of(answer, **place_of(rateable))


@operation(blueprint, "POST", "chat/stream", media_type="text/event-stream", needs=Feature.CHAT)
async def chat_stream(call: Call, body: ChatRequest) -> StreamingResponse:
    """Answer the last message of a conversation as server-sent events: delta, refs, done, error."""
    if body.conversation_id:
        return await continued(call, body, body.conversation_id)
    scope = await services().bases.scope(call.principal, body.kb_id)
    question = body.question(call.principal, scope)
    services().ask.screen(question)
    answer_events = services().personal.noting.along(question, services().ask.stream(question))
    return sse.stream(events(answer_events), call.request_id)


async def continued(call: Call, body: ChatRequest, id: str) -> StreamingResponse:
    """Go on with a conversation that is kept; what was said before is taken from there."""
    conversation = await services().personal.conversations.get(call.principal, id)
    base = body.kb_id if "kb_id" in body.model_fields_set else conversation.base
    scope = await services().bases.scope(call.principal, base)
    question = await services().personal.conversing.continued(body.question(call.principal, scope), conversation)
    return sse.stream(events(services().personal.conversing.stream(question, conversation)), call.request_id)


@operation(blueprint, "POST", "search/graph", needs=Feature.GRAPHRAG)
async def search_graph(call: Call, body: GraphSearchRequest) -> GraphSearchAnswer:
    """Find passages, and the entities, relations and communities around a question."""
    scope = await services().bases.scope(call.principal, body.kb_id)
    found = await services().search_graph.search(body.search(call.principal, scope))
    return GraphSearchAnswer(
        results=[
            Found(
                document_id=hit.chunk.document_id,
                chunk_id=hit.chunk.id,
                title=hit.document_name,
                content=hit.chunk.text,
                score=round(hit.score, 6),
                page=hit.chunk.page,
            )
            for hit in found.hits
        ],
        graph_context=GraphContext(
            entities=[EntityAnswer.of(each) for each in found.entities],
            relations=[
                *(RelationAnswer.of(each) for each in found.relations),
                *(RelationAnswer.of_names(each) for each in found.same_as),
            ],
            path=[PathStep.of(each, found.names) for each in found.path],
            communities=[CommunityAnswer.of(each) for each in found.communities],
        ),
        metadata=GraphMetadata(
            total_nodes_explored=len(found.entities) + len(found.hits),
            communities_found=len(found.communities),
            execution_time_ms=round(found.milliseconds, 3),
        ),
    )
