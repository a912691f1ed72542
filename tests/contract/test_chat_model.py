"""The contract of ChatModel, over the extractive answerer and an OpenAI-compatible server."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from infra.local.extractive_model import ExtractiveModel
from infra.openai_compatible.chat_model import CHARACTERS_PER_TOKEN, CompatibleChatModel
from infra.openai_compatible.patience import Patience
from shared.domain.answers import ModelTask, Passage, Prompt, TextDelta, Turn, UsageReport
from shared.domain.errors import ContentBlocked, DeadlineExceeded, KnowledgeError, ModelUnavailable, RateLimited
from shared.domain.money import TokenUsage
from shared.ports.models import ChatModel
from tests.fakes.openai_server import KEY, Fault, OpenAIServer

PASSAGES = (
    Passage(1, "Pump P-7", "The pump P-7 runs at 40 bar. It was installed in 2019."),
    Passage(2, "泵站", "泵站由林晓燕负责。"),
)
PROMPT = Prompt("At which pressure does the pump P-7 run?", PASSAGES)


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


def connected(base_url: str, key: str = KEY, timeout: float = 20.0) -> CompatibleChatModel:
    return CompatibleChatModel(base_url, key, "gpt-5-mini", Patience(timeout, retries=0))


@pytest.fixture
async def remote(server: OpenAIServer) -> AsyncIterator[CompatibleChatModel]:
    model = connected(server.base_url)
    yield model
    await model.close()


@pytest.fixture(params=["extractive", "openai"])
def model(request: pytest.FixtureRequest, remote: CompatibleChatModel) -> ChatModel:
    return ExtractiveModel() if request.param == "extractive" else remote


async def written(model: ChatModel, prompt: Prompt = PROMPT) -> tuple[str, list[TokenUsage]]:
    events = [event async for event in model.stream(prompt)]
    text = "".join(event.text for event in events if isinstance(event, TextDelta))
    return text, [event.usage for event in events if isinstance(event, UsageReport)]


async def test_an_answer_is_written_over_the_passages_and_cites_them(model: ChatModel) -> None:
    text, _ = await written(model)
    assert "40 bar" in text
    assert "[1]" in text


async def test_the_usage_report_comes_once_and_last(model: ChatModel) -> None:
    events = [event async for event in model.stream(PROMPT)]
    assert [isinstance(event, UsageReport) for event in events] == [False] * (len(events) - 1) + [True]


async def test_no_empty_piece_is_ever_written(model: ChatModel) -> None:
    assert all(event.text for event in [e async for e in model.stream(PROMPT)] if isinstance(event, TextDelta))


async def test_two_answers_at_once_do_not_mix(model: ChatModel) -> None:
    first, second = await asyncio.gather(written(model), written(model))
    assert first == second


async def test_a_model_may_be_left_after_its_first_piece(model: ChatModel) -> None:
    stream = model.stream(PROMPT)
    assert isinstance(await anext(stream), TextDelta)
    await stream.aclose()
    with pytest.raises(StopAsyncIteration):
        await anext(stream)


async def test_the_extractive_model_writes_sentence_by_sentence_and_uses_no_tokens() -> None:
    prompt = Prompt("At which pressure does the pump P-7 run, and when was it installed?", PASSAGES)
    events = [event async for event in ExtractiveModel().stream(prompt)]
    assert events == [
        TextDelta("The pump P-7 runs at 40 bar. [1]"),
        TextDelta(" It was installed in 2019. [1]"),
        UsageReport(TokenUsage()),
    ]


async def test_all_four_classes_of_tokens_are_reported(remote: CompatibleChatModel) -> None:
    _, usages = await written(remote)
    assert usages == [TokenUsage(input=120, output=30, cached=20, reasoning=10)]


async def test_a_server_that_reports_no_usage_leaves_the_counting_to_the_caller(
    remote: CompatibleChatModel, server: OpenAIServer
) -> None:
    server.faults.append(Fault.NO_USAGE)
    text, usages = await written(remote)
    assert text == server.answer
    assert usages == []


async def test_the_request_carries_rules_history_passages_and_limits(
    remote: CompatibleChatModel, server: OpenAIServer
) -> None:
    history = (Turn("user", "Hello"), Turn("assistant", "Hi"))
    await written(remote, Prompt("泵站由谁负责？", PASSAGES, history, temperature=0.3, maximum_output_tokens=77))
    (sent,) = server.requests
    assert [message["role"] for message in sent["messages"]] == ["system", "user", "assistant", "user"]
    assert "Simplified Chinese" in sent["messages"][0]["content"]
    assert "泵站由林晓燕负责。" in sent["messages"][-1]["content"]
    assert (sent["temperature"], sent["max_completion_tokens"], sent["stream"]) == (0.3, 77, True)


async def test_a_task_is_sent_as_its_rules_and_its_material(remote: CompatibleChatModel, server: OpenAIServer) -> None:
    task = ModelTask("Count the pumps.", "One pump.", maximum_output_tokens=64)
    events = [event async for event in remote.perform(task)]
    assert isinstance(events[-1], UsageReport)
    (request,) = server.requests
    assert request["messages"] == [
        {"role": "system", "content": "Count the pumps."},
        {"role": "user", "content": "One pump."},
    ]
    assert (request["max_completion_tokens"], request["temperature"]) == (64, 0.0)


ROWS = ModelTask("Count the pumps in rows, END last. Answer in rows alone.", "One pump.", 64, last_row="END")


async def performed(model: CompatibleChatModel, task: ModelTask = ROWS) -> str:
    return "".join([event.text async for event in model.perform(task) if isinstance(event, TextDelta)])


async def test_a_task_that_wants_rows_is_held_to_them_by_a_strict_schema_and_gets_lines(
    remote: CompatibleChatModel, server: OpenAIServer
) -> None:
    server.answer = 'n1|The "Heron"|PRODUCT|c1\n泵|1\nEND'
    assert (await performed(remote)).splitlines() == server.answer.splitlines()
    (sent,) = server.requests
    assert sent["response_format"]["json_schema"]["strict"] is True


async def test_neither_an_answer_nor_a_task_without_rows_is_held_to_a_schema(
    remote: CompatibleChatModel, server: OpenAIServer
) -> None:
    await written(remote)
    await performed(remote, replace(ROWS, last_row=""))
    assert all("response_format" not in sent for sent in server.requests)


@pytest.mark.parametrize("traits", [{Fault.NO_SCHEMAS}, {Fault.NO_SCHEMAS, Fault.NAMELESS}])
async def test_a_server_that_knows_no_schemas_is_asked_for_one_once_and_writes_lines(
    remote: CompatibleChatModel, server: OpenAIServer, traits: set[Fault]
) -> None:
    server.traits |= traits
    server.answer = "1|2\nEND"
    assert [await performed(remote) for _ in range(3)] == [server.answer] * 3
    assert (server.refused, len(server.requests)) == (1, 3)
    assert all("response_format" not in sent for sent in server.requests)


async def test_what_one_deployment_does_not_take_another_is_still_asked_for(server: OpenAIServer) -> None:
    one, other = connected(server.base_url), connected(server.base_url)
    server.traits.add(Fault.NO_SCHEMAS)
    await performed(one)
    server.traits.clear()
    for model in (one, other):
        await performed(model)
        await model.close()
    assert ["response_format" in sent for sent in server.requests] == [False, False, True]


async def test_a_server_that_takes_no_notice_of_the_schema_may_write_lines(
    remote: CompatibleChatModel, server: OpenAIServer
) -> None:
    server.traits.add(Fault.HEEDLESS)
    server.answer = "1|2\n3|4\nEND"
    assert await performed(remote) == server.answer


async def test_rows_that_were_cut_come_as_far_as_they_were_written_without_the_last_one(
    remote: CompatibleChatModel, server: OpenAIServer
) -> None:
    server.answer = '{"rows": ["1|2", "3|'
    assert await performed(remote) == "1|2\n3|"


async def test_a_model_that_refuses_a_task_has_blocked_it(remote: CompatibleChatModel, server: OpenAIServer) -> None:
    server.faults.append(Fault.REFUSED)
    with pytest.raises(ContentBlocked):
        await performed(remote)


@pytest.mark.parametrize("trait", [Fault.OLD_TOKEN_LIMIT, Fault.FIXED_TEMPERATURE])
async def test_a_field_that_the_server_does_not_take_is_given_up_once_and_for_all(
    remote: CompatibleChatModel, server: OpenAIServer, trait: Fault
) -> None:
    server.traits.add(trait)
    answers = await asyncio.gather(written(remote), written(remote))
    assert [text for text, _ in answers] == [server.answer] * 2
    assert all(trait.value not in sent for sent in server.requests)
    assert all(("max_tokens" in sent) == (trait is Fault.OLD_TOKEN_LIMIT) for sent in server.requests)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.RATE_LIMITED, RateLimited),
        (Fault.BROKEN, ModelUnavailable),
        (Fault.RESET, ModelUnavailable),
        (Fault.FILTERED, ContentBlocked),
        (Fault.FILTERED_LATER, ContentBlocked),
        (Fault.TRUNCATED, ModelUnavailable),
        (Fault.CUT_OFF, ModelUnavailable),
        (Fault.BAD_JSON, ModelUnavailable),
    ],
)
async def test_every_failure_of_the_server_is_an_error_of_the_tree(
    remote: CompatibleChatModel, server: OpenAIServer, fault: Fault, error: type[KnowledgeError]
) -> None:
    server.faults.append(fault)
    with pytest.raises(error) as raised:
        await written(remote)
    assert type(raised.value) is error


async def test_a_rate_limit_says_how_long_to_wait(remote: CompatibleChatModel, server: OpenAIServer) -> None:
    server.faults.append(Fault.RATE_LIMITED)
    with pytest.raises(RateLimited) as raised:
        await written(remote)
    assert raised.value.details == {"retry_after": 7.0}


@pytest.mark.parametrize("fault", [Fault.SLOW, Fault.STALLED])
async def test_a_model_that_gives_no_sign_of_life_in_time_exceeds_its_deadline(
    server: OpenAIServer, fault: Fault
) -> None:
    model = connected(server.base_url, timeout=0.2)
    server.faults.append(fault)
    with pytest.raises(DeadlineExceeded):
        await written(model)
    await model.close()


async def test_a_wrong_key_and_a_server_that_is_away_are_a_model_that_is_unavailable(server: OpenAIServer) -> None:
    away = connected("http://127.0.0.1:1/v1")
    for model in (connected(server.base_url, key="wrong"), connected(server.base_url, key=""), away):
        with pytest.raises(ModelUnavailable):
            await written(model)
        with pytest.raises(ModelUnavailable):
            await model.ping()
        await model.close()


async def test_a_ping_needs_no_tokens_and_no_list_of_models(model: ChatModel, server: OpenAIServer) -> None:
    await model.ping()
    server.traits.add(Fault.NO_LIST_OF_MODELS)
    await model.ping()
    assert server.requests == []


async def test_leaving_a_stream_ends_the_call_at_the_server(remote: CompatibleChatModel, server: OpenAIServer) -> None:
    server.faults.append(Fault.STALLED)
    stream = remote.stream(PROMPT)
    await anext(stream)
    assert not server.left.is_set()
    await stream.aclose()
    assert await asyncio.to_thread(server.left.wait, 10)


async def test_cancelling_the_task_ends_the_call_at_the_server(
    remote: CompatibleChatModel, server: OpenAIServer
) -> None:
    server.faults.append(Fault.STALLED)
    begun = asyncio.Event()

    async def ask() -> None:
        async for _ in remote.stream(PROMPT):
            begun.set()

    task = asyncio.create_task(ask())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(server.left.wait, 10)


@pytest.mark.parametrize("beyond", [0, 1])
async def test_a_server_that_ignores_the_limit_on_its_output_is_cut_off(
    remote: CompatibleChatModel, server: OpenAIServer, beyond: int
) -> None:
    server.answer = "x" * (CHARACTERS_PER_TOKEN + beyond)
    text, usages = await written(remote, Prompt("?", PASSAGES, maximum_output_tokens=1))
    assert text == "x" * CHARACTERS_PER_TOKEN
    assert usages == []
    server.answer = "x" * (CHARACTERS_PER_TOKEN - 1)
    assert (await written(remote, Prompt("?", PASSAGES, maximum_output_tokens=1)))[0] == server.answer
