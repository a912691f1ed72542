"""Functions that OpenAI's clients call: chat completions over a knowledge base, and embeddings."""

import time
from typing import Any
from uuid import uuid4

import azure.durable_functions as df
from azurefunctions.extensions.http.fastapi import StreamingResponse

from functions import measurements, sse
from functions.answer_events import counted, finish_reason
from functions.bootstrap import services
from functions.completion_stream import annotations, content_of, frames
from functions.contracts.completions import (
    AnswerMessage,
    ChatCompletion,
    ChatCompletionRequest,
    CompletionChoice,
    CompletionUsage,
)
from functions.contracts.embeddings import EmbeddingAnswer, EmbeddingList, EmbeddingRequest, EmbeddingUsage
from functions.errors import OPENAI
from functions.operation import operation
from functions.request import Call
from shared.domain.access import Scope
from shared.domain.roles import Feature

blueprint = df.Blueprint()


@operation(blueprint, "POST", "chat/completions", needs=Feature.CHAT, also="text/event-stream", errors=OPENAI)
async def chat_completion(call: Call, body: ChatCompletionRequest) -> ChatCompletion | StreamingResponse:
    """Answer the last message from a knowledge base, as OpenAI's clients ask: its model is kb:NAME."""
    base = await services().knowledge_models.base(call.principal, body.model)
    ask = services().ask
    question = ask.screen(body.question(call.principal, Scope(base.key, call.principal.labels)))
    answer_id, noting = uuid4().hex, services().personal.noting
    head: dict[str, Any] = {"id": f"chatcmpl-{answer_id}", "created": int(time.time()), "model": body.model}
    if body.stream:
        head["object"] = "chat.completion.chunk"
        answer_events = noting.along(question, ask.stream(question), answer_id)
        return sse.streamed(frames(body, base.key, head, answer_events, call.request_id))
    with measurements.counting_blocked():
        answer = await ask.answer(question)
    counted(answer)
    await noting.note(question, answer, answer_id)
    content = content_of(body, answer)
    cited = annotations(base.key, content if body.shape else answer.text, answer)
    message = AnswerMessage.model_validate({"content": content, "annotations": cited})
    return ChatCompletion(
        **head,
        choices=[CompletionChoice(message=message, finish_reason=finish_reason(answer))],
        usage=CompletionUsage.of(answer.usage, answer.cost),
    )


@operation(blueprint, "POST", "embeddings", needs=Feature.EMBEDDING, errors=OPENAI)
async def embeddings(call: Call, body: EmbeddingRequest) -> EmbeddingList:
    """Embed texts with the embedder of the house, as OpenAI's clients ask."""
    made = await services().text_embedding.embed(call.principal, body.model, body.texts, body.dimensions)
    vectors = made.base64() if body.encoding_format == "base64" else made.numbers()
    return EmbeddingList(
        data=[EmbeddingAnswer(index=place, embedding=vector) for place, vector in enumerate(vectors)],
        model=body.model,
        usage=EmbeddingUsage(prompt_tokens=made.tokens, total_tokens=made.tokens),
    )
