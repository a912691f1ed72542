"""Writes the events of an answer as server-sent events: delta, refs, done."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing

from functions import measurements, performing, sse
from functions.contracts.asking import QueryAnswer, Source
from shared.domain.answers import Answer, AnswerEvent, Finished, References, TextDelta
from shared.services.conversing import Remembered
from shared.services.noting import Rateable

Place = Remembered | Rateable
"""What an answer is found by later."""


async def events(answer_events: AsyncGenerator[AnswerEvent | Place, None]) -> AsyncGenerator[sse.Event, None]:
    """Pass on the events of an answer; closing this ends them."""
    place: dict[str, str] = {}
    with measurements.counting_blocked():
        async with aclosing(answer_events) as open_events:
            async for event in open_events:
                if isinstance(event, Place):
                    place = place_of(event)
                    continue
                for name, value in written_event(event):
                    yield name, {**value, **(place if name == "done" else {})}


def written_event(event: AnswerEvent) -> Iterator[tuple[str, dict[str, object]]]:
    """Write one event of an answer as JSON."""
    match event:
        case TextDelta(text):
            yield "delta", {"text": text}
        case References(citations):
            yield "refs", {"sources": [Source.of(each).model_dump() for each in citations]}
        case Finished(answer):
            counted(answer)
            written = QueryAnswer.of(answer).model_dump(exclude={"sources"})
            yield "done", {"finish_reason": finish_reason(answer), **written}


def finish_reason(answer: Answer) -> str:
    """Say why an answer ended, in the words of OpenAI's API."""
    return "length" if answer.is_cut else "stop"


def place_of(place: Place) -> dict[str, str]:
    """Say what an answer is found by; an empty id says that it could not be kept."""
    if isinstance(place, Rateable):
        return {"answer_id": place.answer_id}
    number = place.number
    return {"conversation_id": place.conversation_id, "message_id": str(number) if number else ""}


def counted(answer: Answer) -> None:
    """Let the measurements know of an answer."""
    measurements.answered(answer)
    performing.answered(answer)
