"""Writes an answer as a stream of chunks as OpenAI's clients read it."""

import json
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from functions import measurements
from functions.answer_events import counted, finish_reason
from functions.contracts.answer_shape import Shape, cut_to
from functions.contracts.completions import Annotation, ChatCompletionRequest, CompletionUsage, chunk
from functions.errors import OPENAI
from shared.answering.source_list import cited_marks, source_list
from shared.domain.access import BaseKey
from shared.domain.answers import Answer, AnswerEvent, Finished, TextDelta
from shared.domain.errors import KnowledgeError
from shared.services.noting import Rateable

ANSWERED = b"data: [DONE]\n\n"
logger = logging.getLogger(__name__)

Head = dict[str, Any]
"""What every chunk of a stream says: id, object, created, model."""


async def frames(
    body: ChatCompletionRequest,
    base: BaseKey,
    head: Head,
    answer_events: AsyncGenerator[AnswerEvent | Rateable, None],
    request_id: str,
) -> AsyncGenerator[bytes, None]:
    """Write the chunks as server-sent events; a failure is one too, and the mark of the end always comes."""
    try:
        async with aclosing(chunks(body, base, head, answer_events)) as written:
            async for each in written:
                yield frame(each)
    except KnowledgeError as error:
        yield frame(OPENAI.body(error, request_id))
    except Exception:
        logger.exception("completion of request %s failed", request_id)
        yield frame(OPENAI.body(KnowledgeError("the service failed"), request_id))
    yield ANSWERED


async def chunks(
    body: ChatCompletionRequest, base: BaseKey, head: Head, answer_events: AsyncGenerator[AnswerEvent | Rateable, None]
) -> AsyncGenerator[dict[str, Any], None]:
    """Write the role, the text as it comes, the list of sources, the citations with the end, and the usage."""
    usage: Head = {"usage": None} if body.has_usage else {}
    yield {**chunk(head, {"role": "assistant", "content": "", "refusal": None}), **usage}
    written = ""
    with measurements.counting_blocked():
        async with aclosing(answer_events) as open_events:
            async for event in open_events:
                match event:
                    case TextDelta(text) if not body.shape:
                        written += text
                        yield {**chunk(head, {"content": text}), **usage}
                    case Finished(answer):
                        counted(answer)
                        for each in ending(body, base, head, answer, written):
                            yield {**each, **usage}
    if body.has_usage:
        yield {**head, "choices": [], "usage": CompletionUsage.of(answer.usage, answer.cost).model_dump()}


def ending(body: ChatCompletionRequest, base: BaseKey, head: Head, answer: Answer, written: str) -> list[Head]:
    """Return the chunks behind the text: what is still to be said, and the citations with the reason of the end."""
    content, rest = (json_content(body.shape, answer),) * 2 if body.shape else (written, listed(body, answer))
    last = chunk(head, {"annotations": annotations(base, content, answer)}, finish_reason(answer))
    return [chunk(head, {"content": rest}), last] if rest else [last]


def content_of(body: ChatCompletionRequest, answer: Answer) -> str:
    """Return the whole content of an answer in one piece."""
    return json_content(body.shape, answer) if body.shape else answer.text + listed(body, answer)


def listed(body: ChatCompletionRequest, answer: Answer) -> str:
    """Return the list of sources where it is wanted."""
    return source_list(answer.text, answer.citations) if body.citations == "list" else ""


def annotations(base: BaseKey, content: str, answer: Answer) -> list[dict[str, Any]]:
    """Return the citations of a content by the marks in it."""
    return [Annotation.of(base, *each).model_dump() for each in cited_marks(content, answer.citations)]


def json_content(shape: Shape, answer: Answer) -> str:
    """Return what is wanted of an answer and its sources as a JSON object."""
    sources = [
        {
            "number": each.number,
            "title": each.hit.document_name,
            "page": each.hit.chunk.page,
            "quote": each.quote,
            "document_id": each.hit.chunk.document_id,
            "chunk_id": each.hit.chunk.id,
        }
        for each in answer.citations
    ]
    return json.dumps(cut_to({"answer": answer.text, "sources": sources}, shape), ensure_ascii=False)


def frame(value: object) -> bytes:
    """Write one event without a name."""
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n".encode()
