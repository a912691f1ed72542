"""What a server asks to be waited for is waited for, over a socket: by chats, tasks and embeddings alike."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from infra.openai_compatible.chat_model import CompatibleChatModel
from infra.openai_compatible.embedder import CompatibleEmbedder
from infra.openai_compatible.patience import Patience
from shared.domain.answers import ModelTask, Passage, Prompt, TextDelta
from shared.domain.errors import DeadlineExceeded, KnowledgeError, ModelUnavailable, RateLimited
from tests.fakes.openai_server import KEY, Fault, OpenAIServer

PROMPT = Prompt("At which pressure does the pump run?", (Passage(1, "Pump", "It runs at 40 bar."),))
TASK = ModelTask("Count the pumps.", "One pump.", maximum_output_tokens=64)
SECONDS = 60.0
"""Within which a call is to begin: by the clock of the test, which stands still but for the waits."""


class Waiting:
    """A clock that each wait moves on at once; keeps the waits, and how many requests had been made before each."""

    def __init__(self, server: OpenAIServer) -> None:
        self.server, self.now = server, 0.0
        self.waits: list[float] = []
        self.made: list[int] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.made.append(len(self.server.requests))
        self.now += seconds


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


@pytest.fixture
def waiting(server: OpenAIServer) -> Waiting:
    return Waiting(server)


Call = Callable[[], Awaitable[object]]


@pytest.fixture(params=["chat", "task", "embeddings"])
async def call(request: pytest.FixtureRequest, server: OpenAIServer, waiting: Waiting) -> AsyncIterator[Call]:
    patience = Patience(SECONDS, sleep=waiting.sleep, clock=waiting.clock)
    chat = CompatibleChatModel(server.base_url, KEY, "gpt-5-mini", patience)
    embedder = CompatibleEmbedder(server.base_url, KEY, "embedding", 4, patience)

    async def written() -> str:
        events = chat.stream(PROMPT) if request.param == "chat" else chat.perform(TASK)
        return "".join([event.text async for event in events if isinstance(event, TextDelta)])

    yield written if request.param != "embeddings" else lambda: embedder.embed(["pump"])
    await chat.close()
    await embedder.close()


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503])
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.75"}, 0.75),
        ({"retry-after-ms": "1250"}, 1.25),
        ({"retry-after-ms": "1250", "retry-after": "2"}, 1.25),
    ],
)
async def test_the_next_try_comes_behind_the_wait_that_the_server_asks_for(
    call: Call, server: OpenAIServer, waiting: Waiting, status: int, headers: dict[str, str], seconds: float
) -> None:
    server.refusals.append((status, headers))
    assert len(await call())  # type: ignore[arg-type]
    assert waiting.waits == [seconds]
    assert waiting.made == [1]
    assert len(server.requests) == 2


async def test_each_refusal_is_waited_for_by_itself_and_the_third_is_the_last(
    call: Call, server: OpenAIServer, waiting: Waiting
) -> None:
    server.refusals += [(429, {"retry-after": "3"}), (429, {"retry-after": "5"}), (429, {"retry-after": "9"})]
    with pytest.raises(RateLimited) as refused:
        await call()
    assert refused.value.details == {"retry_after": 9.0}
    assert (waiting.waits, waiting.made) == ([3.0, 5.0], [1, 2])
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("status", "error", "details"),
    [
        (429, RateLimited, {}),
        (503, ModelUnavailable, {"status": 503}),
        (408, DeadlineExceeded, {}),
    ],
)
async def test_a_wait_up_to_the_deadline_ends_the_call_at_once_and_is_told(
    call: Call, server: OpenAIServer, waiting: Waiting, status: int, error: type[KnowledgeError], details: object
) -> None:
    server.refusals.append((status, {"retry-after": str(SECONDS)}))
    with pytest.raises(error) as refused:
        await call()
    assert type(refused.value) is error
    assert refused.value.details == {"retry_after": SECONDS, **details}  # type: ignore[dict-item]
    assert waiting.waits == []
    assert len(server.requests) == 1


async def test_a_wait_that_ends_before_the_deadline_is_worth_it(
    call: Call, server: OpenAIServer, waiting: Waiting
) -> None:
    server.refusals.append((429, {"retry-after": str(SECONDS - 10)}))
    assert len(await call())  # type: ignore[arg-type]
    assert waiting.waits == [SECONDS - 10]


async def test_waits_count_together_against_the_deadline(call: Call, server: OpenAIServer, waiting: Waiting) -> None:
    server.refusals += [(429, {"retry-after": "35"})] * 2
    with pytest.raises(RateLimited) as refused:
        await call()
    assert refused.value.details == {"retry_after": 35.0}
    assert waiting.waits == [35.0]
    assert len(server.requests) == 2


@pytest.mark.parametrize("headers", [{}, {"retry-after": "0"}, {"retry-after": "soon"}, {"retry-after-ms": "nan"}])
async def test_where_no_wait_is_asked_for_the_pauses_are_the_adapters_own(
    call: Call, server: OpenAIServer, waiting: Waiting, headers: dict[str, str]
) -> None:
    server.refusals += [(429, headers)] * 2
    assert len(await call())  # type: ignore[arg-type]
    first, second = waiting.waits
    assert 0.375 <= first <= 0.5
    assert 0.75 <= second <= 1


async def test_a_torn_connection_is_tried_again(call: Call, server: OpenAIServer, waiting: Waiting) -> None:
    server.faults.append(Fault.RESET)
    assert len(await call())  # type: ignore[arg-type]
    assert waiting.made == [1]


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (400, {"retry-after": "1"}),
        (404, {"retry-after": "1"}),
        (429, {"retry-after": "1", "x-should-retry": "false"}),
    ],
)
async def test_what_no_wait_puts_right_is_not_tried_again(
    call: Call, server: OpenAIServer, waiting: Waiting, status: int, headers: dict[str, str]
) -> None:
    server.refusals.append((status, headers))
    with pytest.raises(KnowledgeError):
        await call()
    assert waiting.waits == []
    assert len(server.requests) == 1


async def test_a_refusal_that_the_server_says_will_pass_is_tried_again(
    call: Call, server: OpenAIServer, waiting: Waiting
) -> None:
    server.refusals.append((404, {"retry-after": "1", "x-should-retry": "true"}))
    assert len(await call())  # type: ignore[arg-type]
    assert waiting.waits == [1.0]
