"""What becomes of a question in a conversation, whatever ends its answer."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from shared.domain.answers import Finished, TextDelta
from shared.domain.conversations import Conversation
from shared.domain.errors import ModelUnavailable, StoreUnavailable
from shared.services.conversing import Remembered
from tests.fakes.chat_models import ScriptedModel
from tests.security.archive import BASE, STAFF, Archive, archive

QUESTION = "Who built the Skerry lighthouse?"
LONG = "x" * 5000


@pytest.fixture
def model() -> ScriptedModel:
    whole = [TextDelta("Ada "), TextDelta("Quill [1].")]
    return ScriptedModel(whole, whole)


@pytest.fixture
async def house(tmp_path: Path, model: ScriptedModel) -> AsyncIterator[Archive]:
    async with archive(tmp_path / "house", chat_model=model) as opened:
        await opened.add("skerry.md", "# Skerry\n\nThe Skerry lighthouse was built by Ada Quill in 1911.\n")
        yield opened


async def begun(house: Archive) -> Conversation:
    return await house.services.personal.conversations.create(STAFF, BASE.id)


async def asked(house: Archive, conversation: Conversation, text: str = QUESTION) -> list[Any]:
    conversing = house.services.personal.conversing
    question = await conversing.continued(house.question(STAFF, text, use_cache=False), conversation)
    return [event async for event in conversing.stream(question, conversation)]


async def kept(house: Archive, conversation: Conversation) -> list[Any]:
    return [each.message for each in await house.services.personal.conversations.messages(STAFF, conversation.id, 50)]


async def test_an_answer_is_kept_with_what_it_took_before_its_end(house: Archive) -> None:
    conversation = await begun(house)
    events = await asked(house, conversation)
    assert events[-2] == Remembered(conversation.id, 2)
    assert isinstance(events[-1], Finished)
    answer, (question, message) = events[-1].answer, await kept(house, conversation)
    assert (question.text, question.role, question.number) == (QUESTION, "user", 1)
    assert (message.text, message.model, message.version) == ("Ada Quill [1].", "scripted", answer.version)
    assert (message.tokens, message.cost, message.is_whole) == (answer.usage.total, answer.cost, True)
    assert [each.chunk_id for each in message.sources] == [each.hit.chunk.id for each in answer.citations]
    assert answer.version == await house.ground.index.version(BASE) > 0


async def test_a_question_is_read_with_the_last_messages_and_not_more_of_each_than_its_bound(
    house: Archive, model: ScriptedModel
) -> None:
    model._scripts.extend([[TextDelta(LONG)]] * 4)
    conversation = await begun(house)
    for number in range(5):
        await asked(
            house, await house.services.personal.conversations.get(STAFF, conversation.id), f"{QUESTION} {number}"
        )
    history = model.prompts[-1].history
    assert [(each.role, len(each.content)) for each in history] == [
        ("user", 34), ("assistant", 14), ("user", 34), ("assistant", 2000), ("user", 34), ("assistant", 2000)
    ]  # fmt: skip


async def test_a_stream_that_is_left_keeps_what_was_written(house: Archive) -> None:
    conversation = await begun(house)
    conversing = house.services.personal.conversing
    question = await conversing.continued(house.question(STAFF, QUESTION, use_cache=False), conversation)
    async with aclosing(conversing.stream(question, conversation)) as events:
        assert await anext(events) == TextDelta("Ada")
    message = (await kept(house, conversation))[1]
    assert (message.text, message.is_whole, message.sources, message.model) == ("Ada", False, (), "")


async def test_an_answer_that_breaks_off_keeps_what_was_written(house: Archive, model: ScriptedModel) -> None:
    model._scripts.clear()
    model._scripts.append([TextDelta("Ada "), ModelUnavailable("gone")])
    conversation = await begun(house)
    with pytest.raises(ModelUnavailable):
        await asked(house, conversation)
    assert [each.text for each in await kept(house, conversation)] == [QUESTION, "Ada"]


async def test_a_stream_that_is_left_before_its_first_word_keeps_nothing(house: Archive) -> None:
    conversation = await begun(house)
    question = await house.services.personal.conversing.continued(house.question(STAFF, QUESTION), conversation)
    await house.services.personal.conversing.stream(question, conversation).aclose()
    assert await kept(house, conversation) == []


async def test_an_answer_is_given_where_it_cannot_be_kept(house: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = await begun(house)

    async def away(*_: object) -> bool:
        raise StoreUnavailable("away")

    monkeypatch.setattr(house.services.personal.conversations.kept, "change", away)
    assert (await asked(house, conversation))[-2] == Remembered(conversation.id, 0)


async def test_an_answer_of_a_conversation_that_is_gone_meanwhile_is_given_and_not_kept(house: Archive) -> None:
    conversation = await begun(house)
    await house.services.personal.conversations.delete(STAFF, conversation.id)
    assert (await asked(house, conversation))[-2] == Remembered(conversation.id, 0)
    assert await house.services.personal.conversations.list(STAFF, 10) == []
