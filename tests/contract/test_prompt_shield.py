"""The contract of the port PromptShield, with Content Safety and without; then what the service alone does."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from infra.azure.content_safety import ContentSafetyShield
from infra.local.no_shield import NoShield
from shared.domain.errors import StoreUnavailable
from shared.ports.prompt_shield import PromptShield
from tests.fakes.certificates import loopback_certificate
from tests.fakes.content_safety import ATTACK, KEY, TOKEN, ContentSafety
from tests.fakes.faults import FaultyProxy
from tests.fakes.loopback import LoopbackServer
from tests.fakes.tokens import FixedToken

LENGTHS = [0, 1, 9_999, 10_000, 10_001, 25_000]


@pytest.fixture
def service() -> ContentSafety:
    return ContentSafety()


@pytest.fixture
def proxy(service: ContentSafety) -> Iterator[FaultyProxy]:
    with LoopbackServer(service.app) as server, FaultyProxy(server.address) as proxy:
        yield proxy


@pytest.fixture
async def safety(service: ContentSafety) -> AsyncIterator[ContentSafetyShield]:
    with LoopbackServer(service.app) as server:
        shield = ContentSafetyShield(server.address, KEY)
        yield shield
        await shield.close()


@pytest.fixture(params=["none", "content safety"])
def shield(request: pytest.FixtureRequest) -> PromptShield:
    made: PromptShield = NoShield() if request.param == "none" else request.getfixturevalue("safety")
    return made


@pytest.mark.parametrize("question", ["What does 'O''Brien' build?", "谁是董事长？", '{"a": "\N{GRINNING FACE}"}', ""])
async def test_an_ordinary_question_passes(shield: PromptShield, question: str) -> None:
    assert await shield.refusal(question) == ""


@pytest.mark.parametrize("length", LENGTHS)
async def test_a_question_and_a_passage_may_have_any_length(shield: PromptShield, length: int) -> None:
    assert await shield.refusal("文" * length) == ""
    assert await shield.attacks(["文" * length, " \n", "short"]) == frozenset()


@pytest.mark.parametrize("count", [0, 1, 5, 6, 50])
async def test_there_may_be_any_number_of_passages(shield: PromptShield, count: int) -> None:
    assert await shield.attacks(["a passage"] * count) == frozenset()


async def test_nothing_costs_nothing(shield: PromptShield) -> None:
    assert shield.question_records("") == shield.passage_records([]) == shield.passage_records([""]) == 0


def test_without_a_service_nothing_is_paid_for() -> None:
    assert NoShield().question_records("a question") == NoShield().passage_records(["a passage"]) == 0


@pytest.mark.parametrize(("length", "records"), [(1, 1), (1_000, 1), (1_001, 2), (10_000, 10), (10_001, 11)])
def test_a_record_has_a_thousand_characters_and_a_question_is_looked_at_twice(length: int, records: int) -> None:
    shield = ContentSafetyShield("http://127.0.0.1:1", KEY)
    assert shield.question_records("a" * length) == 2 * records
    assert shield.passage_records(["a" * length, "b"]) == records + 1


@pytest.mark.parametrize("before", [0, 9_990, 20_000])
async def test_an_attack_is_found_wherever_it_stands_in_a_question(safety: ContentSafetyShield, before: int) -> None:
    question = "a" * (before // 10_000 * 10_000) + ATTACK
    assert "take over the model" in await safety.refusal(question)


@pytest.mark.parametrize(("severity", "is_refused"), [(0, False), (2, False), (4, True), (6, True)])
async def test_a_question_is_refused_from_medium_harm_on(
    safety: ContentSafetyShield, service: ContentSafety, severity: int, is_refused: bool
) -> None:
    service.harm["stab"] = severity
    reason = await safety.refusal("how to stab")
    assert reason == ("it was found harmful (Violence)" if is_refused else "")


async def test_the_attacking_passages_are_named_by_their_places(safety: ContentSafetyShield) -> None:
    passages = ["fair", ATTACK, *["fair"] * 6, f"{'a' * 10_000}{ATTACK}", "", f"so {ATTACK}."]
    assert await safety.attacks(passages) == {1, 8, 10}


async def test_passages_are_looked_at_in_as_few_requests_as_may_hold_them(
    safety: ContentSafetyShield, service: ContentSafety
) -> None:
    await safety.attacks(["a" * 2_000] * 11)
    assert sorted(len(each["documents"]) for each in service.shielded) == [1, 5, 5]


async def test_a_token_signs_in_where_there_is_no_key(service: ContentSafety, tmp_path: Path) -> None:
    from azure.ai.contentsafety.aio import ContentSafetyClient

    certificate = loopback_certificate(tmp_path)
    with LoopbackServer(service.app, certificate) as server:
        shield = ContentSafetyShield(server.address, FixedToken(TOKEN))
        shield._client = ContentSafetyClient(server.address, FixedToken(TOKEN), connection_verify=str(certificate[0]))
        assert await shield.refusal(ATTACK)
        await shield.close()


async def test_a_wrong_key_is_named_as_such(proxy: FaultyProxy) -> None:
    shield = ContentSafetyShield(proxy.address, "another")
    with pytest.raises(StoreUnavailable, match="refused, or lacks the role"):
        await shield.attacks(["a passage"])
    assert proxy.arrived == 1
    await shield.close()
