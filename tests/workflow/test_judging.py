"""A model that judges names: paid once per pair, up to fifty pairs to a call, and never in the way of anything."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from functions.bootstrap import local_ground
from functions.rooms import Services, build
from shared.domain.access import EVERYONE, BaseKey, Scope
from shared.domain.resolution import Band, Decider
from shared.graph.judgement import END, PAIRS, RULES
from shared.services.build_graph import contributions
from shared.services.judging import PACKS_PER_CALL, calls_after
from shared.settings import Settings
from tests.fakes.openai_server import KEY, Fault, OpenAIServer
from tests.workflow.shelf import Run, bytes_of

BASE = BaseKey("local", "default")
READER = Scope(BASE, frozenset({EVERYONE}))
TEXT = "# Rescue\n\nAda Quill built the harbour.\n\nLater Quill left {place}.\n"


class Judge:
    """Says the same of every pair; `answer` is said instead where it is set."""

    verdict = "same"
    answer = ""

    def __call__(self, body: dict[str, Any]) -> str:
        assert body["messages"][0]["content"] == RULES
        pairs = body["messages"][1]["content"].count(" A: ")
        return self.answer or "\n".join([*(f"{place + 1}|{self.verdict}" for place in range(pairs)), END])


@pytest.fixture
def model() -> Judge:
    return Judge()


@pytest.fixture
def server(model: Judge) -> Iterator[OpenAIServer]:
    with OpenAIServer(model) as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path, server: OpenAIServer) -> Settings:
    chat = {"chat_base_url": server.base_url, "chat_api_key": KEY, "chat_model": "loopback", "chat_output_price": 2.0}
    return Settings(data_dir=tmp_path, embedder="none", extraction="model", **chat)


@pytest.fixture
async def services(settings: Settings) -> AsyncIterator[Services]:
    built = build(settings, local_ground(settings))
    yield built
    await built.close()


async def ingest(services: Services, name: str, text: str) -> str:
    """Take a document in by the rules and return its id."""
    await services.bases.ensure(BASE)
    job = await services.documents.upload(services.resident, BASE, name, bytes_of(text.encode()))
    await Run(services, job, text).to_the_end()
    return job.document_id


def likely_names(count: int) -> str:
    """Return a text with so many pairs of names that are likely one and not surely."""
    names = ["Q" + "".join(chr(97 + int(digit)) for digit in f"{place:04}") for place in range(count)]
    return "\n\n".join(f"Ada {name} built a harbour. Later {name} left." for name in names)


async def judge(services: Services) -> None:
    """Let the model judge what waits."""
    assert services.judging
    await services.judging.judge(BASE)


async def decided(services: Services) -> list[tuple[Band, Decider]]:
    found = [each.decision for each in await services.resolutions.list(READER, 10_000, "")]
    return [(each.band, each.decided_by) for each in found]


@pytest.mark.parametrize(
    ("verdict", "held"),
    [
        ("same", (Band.MERGED, Decider.MODEL)),
        ("different", (Band.APART, Decider.MODEL)),
        ("unsure", (Band.SAME_AS, Decider.RULE)),
    ],
)
async def test_a_likely_name_follows_the_models_word(
    services: Services, server: OpenAIServer, model: Judge, verdict: str, held: tuple[Band, Decider]
) -> None:
    model.verdict = verdict
    await ingest(services, "a.md", TEXT.format(place="it"))
    assert await decided(services) == [(Band.SAME_AS, Decider.RULE)]
    await judge(services)
    assert await decided(services) == [held]
    await judge(services)
    assert len(server.requests) == 1
    assert "1 A: quill -- " in server.requests[0]["messages"][1]["content"]


async def test_a_verdict_is_not_paid_again_when_its_passage_is_read_again(
    services: Services, server: OpenAIServer
) -> None:
    document = await ingest(services, "a.md", TEXT.format(place="it"))
    await judge(services)
    # The graph lets go of the verdict with the old reading of the passage; what was paid for is still there.
    ground = services.graph_building.graph
    assert services.judging
    await ground.record(BASE, contributions(await services.judging.index.chunks_of(BASE, document)))
    await ground.publish(BASE)
    assert await decided(services) == [(Band.SAME_AS, Decider.RULE)]
    await judge(services)
    assert await decided(services) == [(Band.MERGED, Decider.MODEL)]
    assert len(server.requests) == 1


async def test_fifty_pairs_share_a_call_and_one_more_takes_another(services: Services, server: OpenAIServer) -> None:
    await ingest(services, "a.md", likely_names(PAIRS + 1))
    await judge(services)
    assert [each["messages"][1]["content"].count(" A: ") for each in server.requests] == [PAIRS, 1]
    assert {band for band, _ in await decided(services)} == {Band.MERGED}


async def test_a_run_asks_no_oftener_than_it_may(services: Services, server: OpenAIServer) -> None:
    await ingest(services, "a.md", likely_names(PAIRS + 1))
    assert services.judging
    await services.judging.judge(BASE, calls_after(1))
    assert len(server.requests) == 0
    await services.judging.judge(BASE, calls_after(PACKS_PER_CALL))
    assert len(server.requests) == 1
    await services.judging.judge(BASE, calls_after(0))
    assert {band for band, _ in await decided(services)} == {Band.MERGED}


async def test_a_model_that_answers_no_rows_is_asked_once_in_a_run(
    services: Services, server: OpenAIServer, model: Judge
) -> None:
    model.answer = "I am sorry, I cannot."
    await ingest(services, "a.md", likely_names(PAIRS + 1))
    await judge(services)
    assert len(server.requests) == 1


@pytest.mark.parametrize("answer", ["I am sorry, I cannot.", "", "9|same\nEND"])
async def test_an_answer_that_holds_nothing_leaves_the_edge(services: Services, model: Judge, answer: str) -> None:
    model.answer = answer or " "
    await ingest(services, "a.md", TEXT.format(place="it"))
    await judge(services)
    assert await decided(services) == [(Band.SAME_AS, Decider.RULE)]
    model.answer = ""
    await judge(services)
    assert await decided(services) == [(Band.MERGED, Decider.MODEL)]


@pytest.mark.parametrize("fault", [Fault.BROKEN, Fault.FILTERED])
async def test_a_model_that_fails_leaves_the_edge(services: Services, server: OpenAIServer, fault: Fault) -> None:
    await ingest(services, "a.md", TEXT.format(place="it"))
    server.faults.extend([fault] * 10)
    await judge(services)
    assert await decided(services) == [(Band.SAME_AS, Decider.RULE)]


async def test_a_spent_budget_asks_nothing(settings: Settings, server: OpenAIServer) -> None:
    poor = replace(settings, daily_budget_usd=0.0)
    services = build(poor, local_ground(poor))
    await ingest(services, "a.md", TEXT.format(place="it"))
    await judge(services)
    assert server.requests == []
    assert await decided(services) == [(Band.SAME_AS, Decider.RULE)]
    await services.close()


async def test_a_deleted_documents_verdict_is_gone_with_it(services: Services, server: OpenAIServer) -> None:
    id = await ingest(services, "a.md", TEXT.format(place="it"))
    await judge(services)
    await services.documents.erase(BASE, [(id, "a.md")])
    assert await decided(services) == []
    await ingest(services, "b.md", TEXT.format(place="the coast"))
    assert await decided(services) == [(Band.SAME_AS, Decider.RULE)]
    await judge(services)
    assert len(server.requests) == 2
