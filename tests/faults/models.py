"""The rows of the matrix for chat models, the embedder and the reranker behind an OpenAI-compatible server."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from infra.openai_compatible.chat_model import CompatibleChatModel
from infra.openai_compatible.embedder import CompatibleEmbedder
from infra.openai_compatible.patience import Patience
from infra.openai_compatible.reranker import CompatibleReranker
from shared.domain.access import BaseKey, Principal, Scope
from shared.domain.answers import ModelEvent, ModelTask, Passage, Prompt, Question, TextDelta
from shared.domain.errors import DeadlineExceeded, ModelUnavailable, RateLimited
from tests.contract.state_grounds import no_wait
from tests.fakes.openai_server import KEY, Fault, OpenAIServer
from tests.faults.cells import Adapter, Limits, Standing, Surroundings, running
from tests.faults.gates import HttpGate
from tests.faults.kinds import NOT_OF_HTTP, ONLY_VECTORS, Kind
from tests.unit.answering.samples import hit

PROMPT = Prompt("At which pressure does the pump run?", (Passage(1, "Pump", "It runs at 40 bar."),))
TASK = ModelTask("Count the pumps.", "One pump.", maximum_output_tokens=64)
ADA = Principal("local", "ada")
QUESTION = Question(ADA, Scope(BaseKey("local", "base"), ADA.labels), "Who repairs the crane")
ERRORS = (ModelUnavailable, RateLimited, DeadlineExceeded)
MANY = 100
"""Faults that outlast every repeat."""


def gate_of(server: OpenAIServer) -> HttpGate:
    """Return the gate before a server, which breaks the JSON of an event and the length of a vector itself."""
    sound = server.dimensions

    def bad_json(on: bool) -> None:
        server.faults.clear()
        server.faults.extend([Fault.BAD_JSON] * MANY if on else [])

    def dimension(on: bool) -> None:
        server.dimensions = sound + on

    return HttpGate(server.base_url, {Kind.BAD_JSON: bad_json, Kind.WRONG_DIMENSION: dimension})


async def text_of(events: AsyncGenerator[ModelEvent, None]) -> str:
    """Return what a model writes."""
    return "".join([event.text async for event in events if isinstance(event, TextDelta)])


@asynccontextmanager
async def chat(asked: Prompt | ModelTask, _: Surroundings, limits: Limits) -> AsyncIterator[Standing]:
    """A streamed answer, or a task."""
    async with running(OpenAIServer()) as server:
        gate = gate_of(server)
        model = CompatibleChatModel(gate.address, KEY, "loopback", Patience(limits.call, sleep=no_wait))

        async def written() -> str:
            return await text_of(model.stream(asked) if isinstance(asked, Prompt) else model.perform(asked))

        yield Standing(gate, written, server.answer, secret=KEY)
        await model.close()


@asynccontextmanager
async def embeddings(_: Surroundings, limits: Limits) -> AsyncIterator[Standing]:
    """Vectors of two texts."""
    async with running(OpenAIServer()) as server:
        gate = HttpGate(server.base_url, {Kind.WRONG_DIMENSION: lambda on: setattr(server, "dimensions", 4 + on)})
        embedder = CompatibleEmbedder(gate.address, KEY, "loopback", 4, Patience(limits.call, sleep=no_wait))

        async def shape() -> tuple[int, ...]:
            return (await embedder.embed(["pump", "crane"])).shape

        yield Standing(gate, shape, (2, 4), secret=KEY)
        await embedder.close()


@asynccontextmanager
async def rerank(_: Surroundings, limits: Limits) -> AsyncIterator[Standing]:
    """The scores of two passages."""
    async with running(OpenAIServer()) as server:
        gate = HttpGate(server.base_url)
        reranker = CompatibleReranker(gate.address, KEY, "loopback", limits.call)

        async def best() -> int:
            scores = (await reranker.rerank(QUESTION, [hit("Rain fell."), hit("Ada repairs the crane.")])).scores
            return scores.index(max(scores))

        yield Standing(gate, best, 1, secret=KEY)
        await reranker.close()


WAITED_OUT = (Kind.TIMEOUT, Kind.HALF_OPEN, Kind.DRIP, Kind.BAD_JSON, Kind.EXPIRED)
"""A model may take all the time of its call, which is then over; what it says wrong it would say again."""

BEGUN = (*WAITED_OUT, Kind.RESET, Kind.TRUNCATED)
"""An answer of which a part has been shown is not written a second time."""

MODELS = (
    Adapter("chat, streamed", partial(chat, PROMPT), ERRORS, NOT_OF_HTTP, BEGUN),
    Adapter("chat, a task", partial(chat, TASK), ERRORS, NOT_OF_HTTP, BEGUN),
    Adapter("embeddings", embeddings, ERRORS, ONLY_VECTORS, (*WAITED_OUT, Kind.WRONG_DIMENSION)),
    Adapter("rerank", rerank, ERRORS, NOT_OF_HTTP, (*Kind,)),  # nothing is tried twice
)
