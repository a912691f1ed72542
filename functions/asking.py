"""Functions that answer questions."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing

import azure.durable_functions as df
from azurefunctions.extensions.http.fastapi import StreamingResponse

from functions import measurements, sse
from functions.bootstrap import services
from functions.contracts.asking import ChatRequest, QueryAnswer, QueryRequest, Source
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
from shared.domain.answers import AnswerEvent, Finished, Question, References, TextDelta

blueprint = df.Blueprint()


@operation(blueprint, "POST", "rag/query")
async def rag_query(call: Call, body: QueryRequest) -> QueryAnswer:
    """Answer a question from the documents of a knowledge base."""
    scope = await services().bases.scope(call.principal, body.kb_id)
    question = body.question(call.principal, scope)
    answer = await services().ask.answer(question)
    measurements.answered(answer)
    return QueryAnswer.of(answer)


@operation(blueprint, "POST", "chat/stream", media_type="text/event-stream")
async def chat_stream(call: Call, body: ChatRequest) -> StreamingResponse:
    """Answer the last message of a conversation as server-sent events: delta, refs, done, error."""
    scope = await services().bases.scope(call.principal, body.kb_id)
    question = Question(
        call.principal,
        scope,
        body.messages[-1].content,
        history=body.history,
        top_k=body.top_k,
        temperature=body.temperature,
        use_graph=body.use_graph_rag,
        use_cache=body.use_cache,
    )
    services().ask.screen(question)
    return sse.stream(events(services().ask.stream(question)), call.request_id)


@operation(blueprint, "POST", "search/graph")
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
            relations=[RelationAnswer.of(each) for each in found.relations],
            path=[PathStep.of(each, found.names) for each in found.path],
            communities=[CommunityAnswer.of(each) for each in found.communities],
        ),
        metadata=GraphMetadata(
            total_nodes_explored=len(found.entities) + len(found.hits),
            communities_found=len(found.communities),
            execution_time_ms=round(found.milliseconds, 3),
        ),
    )


async def events(answer_events: AsyncGenerator[AnswerEvent, None]) -> AsyncGenerator[sse.Event, None]:
    """Pass on the events of an answer; closing this ends them."""
    async with aclosing(answer_events) as open_events:
        async for event in open_events:
            for written in written_event(event):
                yield written


def written_event(event: AnswerEvent) -> Iterator[sse.Event]:
    """Write one event of an answer as JSON."""
    match event:
        case TextDelta(text):
            yield "delta", {"text": text}
        case References(citations):
            yield "refs", {"sources": [Source.of(each).model_dump() for each in citations]}
        case Finished(answer):
            measurements.answered(answer)
            yield "done", {"finish_reason": "stop", **QueryAnswer.of(answer).model_dump(exclude={"sources"})}
