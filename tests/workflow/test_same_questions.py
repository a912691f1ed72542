"""The same question from many at one time, through the whole service."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from shared.domain.answers import Finished, ModelEvent, Prompt, TextDelta, UsageReport
from tests.fakes.chat_models import USAGE
from tests.fakes.virtual_clock import settled
from tests.security.archive import DIRECTOR, SECRET, STAFF, STRANGER, Archive, archive

LIGHTS = "# Skerry\n\nThe Skerry lighthouse was built by Ada Quill in 1911.\n"
QUESTION = "Who built the Skerry lighthouse?"


class HeldModel:
    """Writes one sentence per call, in two pieces, and holds the second back until the test lets it go."""

    name = "held"

    def __init__(self) -> None:
        self.calls = 0
        self.go = asyncio.Event()

    async def ping(self) -> None:
        """Answer."""

    async def stream(self, prompt: Prompt) -> AsyncGenerator[ModelEvent, None]:
        """Write."""
        self.calls += 1
        yield TextDelta("Ada Quill built ")
        await self.go.wait()
        yield TextDelta("the Skerry lighthouse [1].")
        yield UsageReport(USAGE)


@pytest.fixture
def model() -> HeldModel:
    return HeldModel()


@pytest.fixture
async def house(tmp_path: Path, model: HeldModel) -> AsyncIterator[Archive]:
    async with archive(tmp_path / "house", chat_model=model) as opened:
        await opened.add("public.md", LIGHTS)
        yield opened


def ask(house: Archive, principal: Any = STAFF, **options: Any) -> "asyncio.Task[Any]":
    return asyncio.create_task(house.services.ask.answer(house.question(principal, QUESTION, **options)))


async def under_way(model: HeldModel, calls: int) -> None:
    """Wait until the model was called so often, and everybody waits for it."""
    while model.calls < calls:
        await settled()
        await asyncio.to_thread(lambda: None)


async def test_a_thousand_same_questions_are_one_call_of_the_model(house: Archive, model: HeldModel) -> None:
    tasks = [ask(house) for _ in range(1000)]
    await under_way(model, 1)
    model.go.set()
    answers = await asyncio.gather(*tasks)
    assert model.calls == 1
    assert len({each.text for each in answers}) == 1
    assert sum(each.cache_hit for each in answers) == 999
    assert sum(each.usage.total for each in answers) == USAGE.total


async def test_whoever_may_read_more_gets_an_answer_of_their_own(house: Archive, model: HeldModel) -> None:
    await house.add("secret.md", "# Keel\n\nNothing of the kind.", SECRET)
    tasks = [ask(house, STAFF), ask(house, DIRECTOR)]
    await under_way(model, 2)
    model.go.set()
    assert [each.cache_hit for each in await asyncio.gather(*tasks)] == [False, False]


async def test_a_foreign_tenant_does_not_get_the_answer(house: Archive, model: HeldModel) -> None:
    first, foreign = ask(house, STAFF), ask(house, STRANGER)
    await under_way(model, 1)
    model.go.set()
    answer, other = await asyncio.gather(first, foreign)
    assert "Ada Quill" in answer.text
    assert "Ada Quill" not in other.text


async def test_who_wants_a_fresh_answer_works_alone(house: Archive, model: HeldModel) -> None:
    tasks = [ask(house), ask(house, use_cache=False)]
    await under_way(model, 2)
    model.go.set()
    assert [each.cache_hit for each in await asyncio.gather(*tasks)] == [False, False]


async def test_one_who_leaves_in_the_middle_leaves_the_work_to_the_next(house: Archive, model: HeldModel) -> None:
    first = ask(house)
    await under_way(model, 1)
    second = ask(house)
    await settled()
    first.cancel()
    await under_way(model, 2)
    model.go.set()
    answer = await second
    assert not answer.cache_hit
    assert "Ada Quill" in answer.text


async def test_a_stream_that_waited_gets_the_text_in_one_piece(house: Archive, model: HeldModel) -> None:
    async def events() -> list[Any]:
        return [each async for each in house.services.ask.stream(house.question(STAFF, QUESTION))]

    tasks = [asyncio.create_task(events()) for _ in range(2)]
    await under_way(model, 1)
    model.go.set()
    # Either may have come first.
    followed, led = sorted(await asyncio.gather(*tasks), key=len)
    assert sum(isinstance(each, TextDelta) for each in led) > 1
    assert [each.text for each in followed if isinstance(each, TextDelta)] == [led[-1].answer.text]
    assert isinstance(followed[-1], Finished)
