"""Functions that keep conversations, each for its own person."""

import azure.durable_functions as df
from azurefunctions.extensions.http.fastapi import Response, StreamingResponse

from functions import measurements, sse
from functions.answer_events import counted, events, place_of
from functions.bootstrap import services
from functions.contracts.conversations import (
    ConversationAnswer,
    ConversationChange,
    ConversationList,
    KeptAnswer,
    MessageAnswer,
    MessageList,
    MessagePage,
    MessageRequest,
    NewConversation,
)
from functions.contracts.pages import PageQuery
from functions.operation import operation
from functions.request import Call
from shared.domain.answers import Finished
from shared.domain.roles import Feature
from shared.services.conversing import Remembered

EVENTS = "text/event-stream"
blueprint = df.Blueprint()


@operation(blueprint, "POST", "conversations", status=201, needs=Feature.CHAT)
async def create_conversation(call: Call, body: NewConversation) -> ConversationAnswer:
    """Begin a conversation about a knowledge base."""
    made = await services().personal.conversations.create(call.principal, body.kb_id, body.title or "")
    return ConversationAnswer.of(made)


@operation(blueprint, "GET", "conversations", needs=Feature.CHAT)
async def list_conversations(call: Call, query: PageQuery) -> ConversationList:
    """List the caller's conversations, the one changed last first."""
    found = await services().personal.conversations.list(call.principal, query.limit + 1, query.after)
    page = found[: query.limit]
    following = page[-1].place if len(found) > query.limit else ""
    return ConversationList(items=[ConversationAnswer.of(each) for each in page], next=following)


@operation(blueprint, "GET", "conversations/{id}", needs=Feature.CHAT)
async def get_conversation(call: Call) -> ConversationAnswer:
    """Return a conversation of the caller."""
    return ConversationAnswer.of(await services().personal.conversations.get(call.principal, call.path["id"]))


@operation(blueprint, "PATCH", "conversations/{id}", needs=Feature.CHAT)
async def rename_conversation(call: Call, body: ConversationChange) -> ConversationAnswer:
    """Give a conversation another title."""
    return ConversationAnswer.of(
        await services().personal.conversations.rename(call.principal, call.path["id"], body.title)
    )


@operation(blueprint, "DELETE", "conversations/{id}", status=204, needs=Feature.CHAT)
async def delete_conversation(call: Call) -> None:
    """Delete a conversation with its messages."""
    await services().personal.conversations.delete(call.principal, call.path["id"])


@operation(blueprint, "GET", "conversations/{id}/messages", needs=Feature.CHAT)
async def list_messages(call: Call, query: MessagePage) -> MessageList:
    """List the messages of a conversation in order, with the sources that the caller may read."""
    found = await services().personal.conversations.messages(
        call.principal, call.path["id"], query.limit + 1, query.number
    )
    page = found[: query.limit]
    following = str(page[-1].message.number) if len(found) > query.limit else ""
    ratings = await services().personal.feedback.ratings(call.principal, call.path["id"])
    items = [MessageAnswer.of(each, ratings.get(each.message.number)) for each in page]
    return MessageList(items=items, next=following)


@operation(blueprint, "POST", "conversations/{id}/messages", needs=Feature.CHAT, also=EVENTS)
async def ask_in_conversation(call: Call, body: MessageRequest) -> KeptAnswer | StreamingResponse:
    """Ask the next question of a conversation; its answer is kept."""
    conversation = await services().personal.conversations.get(call.principal, call.path["id"])
    base = body.kb_id if "kb_id" in body.model_fields_set else conversation.base
    scope = await services().bases.scope(call.principal, base)
    conversing = services().personal.conversing
    question = await conversing.continued(body.question(call.principal, scope), conversation)
    answer_events = conversing.stream(question, conversation)
    if body.stream:
        return sse.stream(events(answer_events), call.request_id)
    place = Remembered(conversation.id, 0)
    with measurements.counting_blocked():
        async for event in answer_events:
            if isinstance(event, Remembered):
                place = event
            elif isinstance(event, Finished):
                answer = event.answer
    counted(answer)
    return KeptAnswer.of(answer, **place_of(place))


@operation(blueprint, "GET", "conversations/{id}/export", media_type="text/markdown", needs=Feature.CHAT)
async def export_conversation(call: Call) -> Response:
    """Return a conversation as Markdown, with the sources that the caller may read."""
    id = call.path["id"]
    text = await services().personal.conversations.transcript(call.principal, id)
    headers = {"content-disposition": f'attachment; filename="conversation-{id}.md"'}
    return Response(text, media_type="text/markdown; charset=utf-8", headers=headers)
