"""The unmodified SDK of OpenAI against the local host, over a socket."""

import asyncio
import json
import struct
from base64 import b64decode
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from openai import AsyncOpenAI, OpenAI

from shared.settings import Settings
from tests.fakes.openai_server import KEY, Fault, OpenAIServer
from tests.functions.conftest import put, served
from tests.functions.model_house import QUESTION as PUMP
from tests.functions.model_house import house
from tests.functions.signing_in import ADMIN, ADMIN_KEY, guarded_house

LIGHTS = "# Skerry\n\nThe Skerry lighthouse was built by Ada Quill in 1911.\n"
QUESTION = "Who built the Skerry lighthouse?"
MODEL = "kb:Default"
USER: Any = [{"role": "user", "content": QUESTION}]
LIST = "\n\nSources:\n\n- [1] skerry.md, p. 1: “The Skerry lighthouse was built by Ada Quill in 1911.”"
TOOLS: Any = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}]


def schema(properties: Any) -> Any:
    """Ask for an object with these properties."""
    strict = {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}
    return {"type": "json_schema", "json_schema": {"name": "told", "strict": True, "schema": strict}}


@pytest.fixture
async def lights(api: httpx.AsyncClient) -> httpx.AsyncClient:
    await put(api, "skerry.md", LIGHTS)
    return api


@pytest.fixture
async def client(lights: httpx.AsyncClient) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(base_url=str(lights.base_url), api_key="none is asked for", max_retries=0) as made:
        yield made


async def asked(client: AsyncOpenAI, **more: Any) -> Any:
    return await client.chat.completions.create(**{"model": MODEL, "messages": USER, **more})


async def test_a_completion_carries_text_citations_and_a_list_of_sources(client: AsyncOpenAI) -> None:
    completion = await asked(client)
    (choice,) = completion.choices
    content = choice.message.content
    assert (completion.object, completion.model, choice.finish_reason) == ("chat.completion", MODEL, "stop")
    assert content.endswith(LIST)
    (cited, *_) = [each.url_citation for each in choice.message.annotations]
    assert content[cited.start_index : cited.end_index] == "[1]"
    assert (cited.title, cited.number, cited.page) == ("skerry.md", 1, 1)
    assert cited.url == f"/api/v1/knowledge/bases/default/passages/{cited.chunk_id}"
    assert completion.usage.total_tokens == completion.usage.prompt_tokens + completion.usage.completion_tokens


async def test_the_list_of_sources_can_be_left_out(client: AsyncOpenAI) -> None:
    completion = await asked(client, extra_body={"citations": "none"})
    assert "Sources:" not in completion.choices[0].message.content
    assert completion.choices[0].message.annotations


async def test_a_stream_says_the_same_as_the_answer_in_one_piece(client: AsyncOpenAI) -> None:
    whole = await asked(client)
    chunks = [each async for each in await asked(client, stream=True, stream_options={"include_usage": True})]
    *said, last, usage = chunks
    assert {each.object for each in chunks} == {"chat.completion.chunk"}
    assert len({each.id for each in chunks}) == 1
    assert said[0].choices[0].delta.role == "assistant"
    assert "".join(each.choices[0].delta.content or "" for each in said) == whole.choices[0].message.content
    assert last.choices[0].finish_reason == "stop"
    assert last.choices[0].delta.annotations == [each.model_dump() for each in whole.choices[0].message.annotations]
    assert usage.choices == []
    assert usage.usage.total_tokens == whole.usage.total_tokens
    assert all(each.usage is None for each in [*said, last])


async def test_a_stream_that_is_not_asked_for_usage_has_none(client: AsyncOpenAI) -> None:
    chunks = [each async for each in await asked(client, stream=True)]
    assert all(each.choices for each in chunks)


async def test_the_helper_for_streams_puts_the_pieces_together(client: AsyncOpenAI) -> None:
    async with client.chat.completions.stream(model=MODEL, messages=USER) as stream:
        completion = await stream.get_final_completion()
    assert "Ada Quill" in (completion.choices[0].message.content or "")


async def test_a_client_that_waits_on_a_thread_is_served_too(lights: httpx.AsyncClient) -> None:
    found: list[str] = []

    def ask() -> None:
        with OpenAI(base_url=str(lights.base_url), api_key="x", max_retries=0) as client:
            found.append(client.chat.completions.create(model=MODEL, messages=USER).choices[0].message.content or "")
            chunks = client.chat.completions.create(model=MODEL, messages=USER, stream=True)
            found.append("".join(each.choices[0].delta.content or "" for each in chunks))
            found.append(client.models.list().data[-1].id)

    await asyncio.to_thread(ask)
    assert found[0] == found[1]
    assert "Ada Quill" in found[0]
    assert found[2] == MODEL


async def test_a_follow_up_is_read_with_the_messages_before_it(lights: httpx.AsyncClient, client: AsyncOpenAI) -> None:
    await put(lights, "fair.md", "# Fair Isle\n\nThe Fair Isle lighthouse was built by Ben Orr in 1892.\n")
    messages: Any = [
        {"role": "system", "content": "You are helpful."},
        *USER,
        {"role": "assistant", "content": "Ada Quill. [1]"},
        {"role": "tool", "content": "42", "tool_call_id": "1"},
        {"role": "user", "content": [{"type": "text", "text": "And the Fair Isle one?"}]},
    ]
    assert "Ben Orr" in (await asked(client, messages=messages)).choices[0].message.content


async def test_tools_and_other_fields_are_ignored_politely(client: AsyncOpenAI) -> None:
    raw = await client.chat.completions.with_raw_response.create(
        model=MODEL, messages=USER, tools=TOOLS, tool_choice="auto", seed=1, user="ada", top_p=0.5, n=1
    )
    completion = raw.parse()
    assert "Ada Quill" in (completion.choices[0].message.content or "")
    assert completion.choices[0].message.tool_calls is None
    assert raw.headers["x-ignored-fields"] == "seed, tool_choice, tools, top_p, user"


async def test_an_answer_comes_as_a_json_object_where_that_is_wanted(client: AsyncOpenAI) -> None:
    wanted: Any = {"type": "json_object"}
    message = (await asked(client, response_format=wanted)).choices[0].message
    written = json.loads(message.content)
    assert "Ada Quill" in written["answer"]
    assert written["sources"][0]["title"] == "skerry.md"
    cited = message.annotations[0].url_citation
    assert message.content[cited.start_index : cited.end_index] == "[1]"
    chunks = [each async for each in await asked(client, response_format=wanted, stream=True)]
    assert json.loads("".join(each.choices[0].delta.content or "" for each in chunks)) == written


@pytest.mark.parametrize("field", ["max_tokens", "max_completion_tokens"])
async def test_an_answer_that_is_too_long_is_cut_and_says_so(client: AsyncOpenAI, field: str) -> None:
    choice = (await asked(client, extra_body={field: 3, "citations": "none"})).choices[0]
    assert (choice.finish_reason, choice.message.content) == ("length", "The Skerry lig"[: len(choice.message.content)])
    assert (await asked(client, extra_body={field: 10**6})).choices[0].finish_reason == "stop"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"n": 2}, "n"),
        ({"temperature": 2.1}, "temperature"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"stream_options": {"include_usage": True}}, None),
        ({"response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": {}}}}, "response_format"),
        ({"response_format": {"type": "json_schema"}}, "response_format"),
        ({"response_format": {"type": "yaml"}}, "response_format"),
        ({"response_format": schema({"capital": {"type": "string"}})}, "response_format"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "assistant", "content": "I am."}]}, None),
        ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]}, "messages.0"),
        ({"extra_body": {"citations": "some"}}, "citations"),
        ({"extra_body": {"top_k": 51}}, "top_k"),
    ],
)
async def test_a_wrong_field_is_refused_in_openais_shape(
    client: AsyncOpenAI, change: dict[str, Any], field: str | None
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        await asked(client, **change)
    error = refused.value
    assert (error.type, error.code) == ("invalid_request_error", "bad_request")
    assert (error.param or "").startswith(field or "")
    assert set(error.body) == {"message", "type", "param", "code", "request_id", "details"}  # type: ignore[arg-type]


@pytest.mark.parametrize("model", ["extractive", "kb:Nowhere", "kb:", "gpt-4o"])
async def test_a_model_that_is_no_base_of_the_caller_is_not_found(client: AsyncOpenAI, model: str) -> None:
    with pytest.raises(openai.NotFoundError) as refused:
        await asked(client, model=model)
    assert (refused.value.code, refused.value.param) == ("model_not_found", "model")
    assert refused.value.request_id


async def test_whoever_is_not_signed_in_hears_it_in_openais_shape(tmp_path: Path) -> None:
    async with guarded_house(tmp_path) as api:
        await api.post("knowledge/bases", json={"name": "Default"}, headers=ADMIN)
        async with AsyncOpenAI(base_url=str(api.base_url), api_key="wrong", max_retries=0) as nobody:
            with pytest.raises(openai.AuthenticationError) as refused:
                await asked(nobody)
            assert (refused.value.type, refused.value.code) == ("authentication_error", "not_signed_in")
        async with AsyncOpenAI(base_url=str(api.base_url), api_key=ADMIN_KEY, max_retries=0) as admin:
            assert (await asked(admin)).choices[0].message.content


async def test_every_base_is_a_model_and_those_of_one_name_carry_their_ids(
    lights: httpx.AsyncClient, client: AsyncOpenAI
) -> None:
    for name in ("Board", "Other"):
        await lights.post("knowledge/bases", json={"name": name})
    base = await lights.get("knowledge/bases/other")
    header = {"if-match": base.headers["etag"]}
    renamed = await lights.patch("knowledge/bases/other", json={"name": "Board"}, headers=header)
    assert renamed.status_code == 200, renamed.text
    listed = [each async for each in client.models.list()]
    bases = {each.id: each.kb_id for each in listed if "knowledge_base" in each.roles}  # type: ignore[attr-defined]
    assert bases == {"kb:Board:board": "board", "kb:Default": "default", "kb:Board:other": "other"}
    assert (await client.models.retrieve("kb:Default")).kb_id == "default"  # type: ignore[attr-defined]
    for model in (*bases, "kb:board", "kb:default"):
        assert (await asked(client, model=model)).choices
    for model in ("kb:Board", "kb:nowhere"):
        with pytest.raises(openai.NotFoundError):
            await client.models.retrieve(model)


async def test_a_failure_behind_the_first_word_is_an_error_of_the_stream(settings: Settings) -> None:
    with OpenAIServer() as server:
        async with (
            house(settings, server) as api,
            AsyncOpenAI(base_url=str(api.base_url), api_key="x", max_retries=0) as client,
        ):
            server.faults.append(Fault.FILTERED)
            with pytest.raises(openai.APIError) as failed:
                async for _ in await asked(client, messages=[{"role": "user", "content": PUMP}], stream=True):
                    pass
    assert failed.value.code == "content_blocked"


async def test_the_bound_and_the_temperature_reach_the_model_and_its_usage_comes_back(settings: Settings) -> None:
    with OpenAIServer() as server:
        async with (
            house(settings, server) as api,
            AsyncOpenAI(base_url=str(api.base_url), api_key="x", max_retries=0) as client,
        ):
            completion = await asked(
                client, messages=[{"role": "user", "content": PUMP}], temperature=0.7, max_tokens=77
            )
        sent = server.requests[-1]
    assert (sent["temperature"], sent["max_completion_tokens"]) == (0.7, 77)
    assert completion.usage.prompt_tokens > 0
    assert completion.usage.cost_usd > 0


@pytest.fixture(scope="module")
def embedding_house() -> Iterator[OpenAIServer]:
    with OpenAIServer(dimensions=8) as server:
        yield server


@pytest.fixture
async def embedder(settings: Settings, embedding_house: OpenAIServer) -> AsyncIterator[AsyncOpenAI]:
    plugged = replace(
        settings,
        embedding_base_url=embedding_house.base_url,
        embedding_api_key=KEY,
        embedding_model="vectors",
        embedding_dimensions=8,
    )
    async with (
        served(plugged) as api,
        AsyncOpenAI(base_url=str(api.base_url), api_key="x", max_retries=0) as client,
    ):
        yield client


EMBEDDER = "vectors@8"


async def test_texts_are_embedded_in_order_at_unit_length(embedder: AsyncOpenAI) -> None:
    made = await embedder.embeddings.create(model=EMBEDDER, input=["lamp", "灯", "lamp"], encoding_format="float")
    assert [each.index for each in made.data] == [0, 1, 2]
    assert made.data[0].embedding == made.data[2].embedding != made.data[1].embedding
    assert all(sum(number**2 for number in each.embedding) == pytest.approx(1, abs=1e-5) for each in made.data)
    assert made.usage.prompt_tokens == made.usage.total_tokens > 0
    alone = await embedder.embeddings.create(model=EMBEDDER, input="lamp", encoding_format="float")
    assert alone.data[0].embedding == made.data[0].embedding


async def test_bytes_hold_the_same_numbers(embedder: AsyncOpenAI) -> None:
    numbers = (await embedder.embeddings.create(model=EMBEDDER, input="lamp", encoding_format="float")).data[0]
    # Left to itself the SDK asks for bytes and unpacks them.
    assert (await embedder.embeddings.create(model=EMBEDDER, input="lamp")).data[0].embedding == numbers.embedding
    packed = await embedder.embeddings.create(model=EMBEDDER, input="lamp", encoding_format="base64")
    content: Any = packed.data[0].embedding
    assert list(struct.unpack("<8f", b64decode(content))) == numbers.embedding


async def test_fewer_dimensions_are_the_first_ones_at_unit_length(embedder: AsyncOpenAI) -> None:
    whole = (await embedder.embeddings.create(model=EMBEDDER, input="lamp")).data[0].embedding
    short = (await embedder.embeddings.create(model=EMBEDDER, input="lamp", dimensions=3)).data[0].embedding
    length = sum(number**2 for number in whole[:3]) ** 0.5
    assert short == pytest.approx([number / length for number in whole[:3]], abs=1e-6)


@pytest.mark.parametrize(
    "change",
    [
        {"input": []},
        {"input": ""},
        {"input": ["lamp", ""]},
        {"input": [1, 2]},
        {"input": [[1, 2]]},
        {"input": ["x"] * 2049},
        {"input": "x" * 32_001},
        {"dimensions": 0},
        {"dimensions": 9},
    ],
)
async def test_what_cannot_be_embedded_is_refused_in_words(embedder: AsyncOpenAI, change: dict[str, Any]) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        await embedder.embeddings.create(**{"model": EMBEDDER, "input": "lamp", **change})
    assert refused.value.param in ("input", "input.str", "input.list[str]", "dimensions")


async def test_the_largest_request_is_embedded(embedder: AsyncOpenAI) -> None:
    made = await embedder.embeddings.create(model=EMBEDDER, input=["x"] * 2048)
    assert len(made.data) == 2048
    assert len((await embedder.embeddings.create(model=EMBEDDER, input="x" * 32_000, dimensions=8)).data) == 1


async def test_an_embedder_of_another_name_is_not_found(embedder: AsyncOpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as refused:
        await embedder.embeddings.create(model="another", input="lamp")
    assert refused.value.code == "model_not_found"


async def test_where_no_embedder_is_set_up_none_is_found(client: AsyncOpenAI) -> None:
    for model in ("none", ""):
        with pytest.raises(openai.NotFoundError):
            await client.embeddings.create(model=model, input="lamp")
