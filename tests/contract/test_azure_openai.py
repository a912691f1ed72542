"""Azure OpenAI's v1 endpoint: models called by deployment, with keys that may be replaced while the process runs."""

from collections.abc import AsyncIterator, Iterator

import pytest

from infra.azure.identity import IdentityToken, ProcessIdentity
from infra.keys import Key
from infra.openai_compatible.chat_model import CompatibleChatModel
from infra.openai_compatible.embedder import CompatibleEmbedder
from infra.openai_compatible.patience import Patience
from shared.domain.answers import ModelTask, TextDelta
from shared.domain.errors import ContentBlocked, ModelUnavailable, Unavailable
from tests.fakes.openai_server import KEY, Fault, OpenAIServer

ONCE = Patience(20.0, retries=0)
TASK = ModelTask("Answer in one sentence.", "The pump runs at 40 bar.", 100)


class Keys:
    """Gives the keys in turn: the next one when the last was refused."""

    def __init__(self, *keys: str) -> None:
        self.keys, self.asked = list(keys), 0

    async def __call__(self) -> str:
        self.asked += 1
        return self.keys[0]

    def refused(self) -> None:
        self.keys = self.keys[1:] or self.keys


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


class Models:
    """A chat and an embedding deployment of one resource."""

    def __init__(self, server: OpenAIServer, key: Key) -> None:
        address = f"{server.endpoint}/openai/v1/"
        self.chat = CompatibleChatModel(address, key, "chat-deployment", ONCE)
        self.embedder = CompatibleEmbedder(address, key, "embedding-deployment", 4, ONCE)

    async def written(self) -> str:
        return "".join([event.text async for event in self.chat.perform(TASK) if isinstance(event, TextDelta)])


@pytest.fixture
async def keys() -> Keys:
    return Keys("replaced-meanwhile", KEY)


@pytest.fixture
async def models(server: OpenAIServer, keys: Keys) -> AsyncIterator[Models]:
    models = Models(server, keys)
    yield models
    await models.chat.close()
    await models.embedder.close()


async def test_each_model_is_called_by_its_deployment(models: Models, server: OpenAIServer) -> None:
    assert await models.written() == server.answer
    await models.embedder.embed(["pump"])
    assert [sent["model"] for sent in server.requests] == ["chat-deployment", "embedding-deployment"]


@pytest.mark.parametrize("call", ["chat", "embedding", "ping"])
async def test_a_key_that_was_replaced_is_taken_up_by_the_call_that_meets_it(
    models: Models, keys: Keys, server: OpenAIServer, call: str
) -> None:
    if call == "chat":
        assert await models.written() == server.answer
    elif call == "embedding":
        assert (await models.embedder.embed(["pump"])).shape == (1, 4)
    else:
        await models.chat.ping()
    assert keys.asked == 2


async def test_a_key_that_stays_wrong_is_refused_after_a_second_look(server: OpenAIServer) -> None:
    keys = Keys("wrong")
    models = Models(server, keys)
    with pytest.raises(ModelUnavailable, match="refuses the key"):
        await models.written()
    assert (keys.asked, server.requests) == (2, [])


async def test_a_content_filter_is_content_blocked_and_no_reason_to_look_for_another_key(
    models: Models, keys: Keys, server: OpenAIServer
) -> None:
    await models.chat.ping()
    server.faults += [Fault.FILTERED, Fault.FILTERED_LATER]
    for _ in range(2):
        with pytest.raises(ContentBlocked):
            await models.written()
    assert keys.keys == [KEY]


async def test_without_an_identity_nothing_is_sent(server: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> None:
    from azure.core.exceptions import ClientAuthenticationError

    async def nobody(*scopes: str) -> None:
        raise ClientAuthenticationError("no identity")

    identity = ProcessIdentity("client-1")
    monkeypatch.setattr(identity, "get_token", nobody)
    with pytest.raises(Unavailable, match="there is no token"):
        await Models(server, IdentityToken(identity, "https://service.example/.default")).written()
    assert server.requests == []
