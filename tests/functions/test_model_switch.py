"""Switching which model does which work, over HTTP."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.settings import Settings
from tests.fakes.openai_server import Fault, OpenAIServer
from tests.functions.conftest import put
from tests.functions.model_house import QUESTION, REPEATED, house
from tests.functions.signing_in import ADMIN, guarded_house, header_of
from tests.workflow.polling import until

PRICES = '[{"model": "further", "since": "2025-01-01", "input": 3, "cached": 3, "output": 4}]'
QUERY = {"query": QUESTION, "use_cache": False}
FURTHER = {"role": "chat", "model": "further"}


def models(**changes: Any) -> dict[str, Any]:
    return {"chat_small_model": "small", "chat_further_models": "further", "prices": PRICES, **changes}


async def used(api: httpx.AsyncClient, **options: Any) -> tuple[str, float]:
    answer = (await api.post("rag/query", json={**QUERY, **options})).json()
    return answer["model_used"], answer["metrics"]["cost_usd"]


async def chosen(api: httpx.AsyncClient) -> dict[str, list[str]]:
    return {each["id"]: each["chosen_for"] for each in (await api.get("models")).json()["data"] if each["chosen_for"]}


async def test_the_next_question_is_answered_by_the_chosen_model_at_its_price(
    settings: Settings, server: OpenAIServer
) -> None:
    async with house(settings, server, **models()) as api:
        assert await chosen(api) == {"loopback": ["chat", "tasks"], "small": ["small"]}
        before = await used(api)
        switched = await api.put("models/switch", json=FURTHER)
        assert (switched.status_code, switched.json()["chosen"]) == (
            200,
            {"chat": "further", "small": "small", "tasks": "loopback"},
        )
        after = await used(api)
        assert await chosen(api) == {"loopback": ["tasks"], "further": ["chat"], "small": ["small"]}
        assert (await used(api, priority="latency"))[0] == "small"
    # 100 fresh, 20 cached and 30 written tokens at one and two dollars a million, and at three and four.
    assert before == ("loopback", pytest.approx(0.00018))
    assert after == ("further", pytest.approx(0.00048))


async def test_the_next_question_is_reworded_by_the_model_that_is_chosen_for_tasks_at_its_price(
    settings: Settings, server: OpenAIServer
) -> None:
    async with house(settings, server, **models()) as api:
        reworded = {"use_query_expansion": True}
        before = await used(api, **reworded)
        asked = [body["model"] for body in server.requests]
        switched = await api.put("models/switch", json={"role": "tasks", "model": "further"})
        assert switched.json()["chosen"] == {"chat": "loopback", "small": "small", "tasks": "further"}
        server.requests.clear()
        after = await used(api, **reworded)
        assert [body["model"] for body in server.requests] == ["further", "loopback"]
        stats = {each["id"]: each for each in (await api.get("models/stats")).json()["items"]}
    assert asked == ["loopback", "loopback"]
    assert before == ("loopback", pytest.approx(2 * 0.00018))
    assert after == ("loopback", pytest.approx(0.00018 + 0.00048))
    assert (stats["further"]["calls"], stats["further"]["circuit"]) == (1, "closed")


async def test_what_reads_documents_is_not_the_model_that_is_chosen_for_tasks(
    settings: Settings, server: OpenAIServer
) -> None:
    reading = {"extraction": "model", "extraction_model": "reader"}
    async with house(settings, server, **models(**reading)) as api:
        await api.put("models/switch", json={"role": "tasks", "model": "further"})
        server.requests.clear()
        await put(api, "valves.md", "# Valves\n\nThe valve of the feed pump opens at 50 bar.\n")
        await api.post(str(api.base_url.copy_with(path="/admin/functions/collect_unread")), json={})
        await until(lambda: bool(server.requests), 60)
    assert {body["model"] for body in server.requests} == {"reader"}


async def test_without_a_server_there_are_no_tasks_to_switch(api: httpx.AsyncClient) -> None:
    response = await api.put("models/switch", json={"role": "tasks", "model": "extractive"})
    assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")


async def test_a_choice_outlives_the_process(settings: Settings, server: OpenAIServer) -> None:
    async with house(settings, server, **models()) as api:
        await api.put("models/switch", json=FURTHER)
    async with house(settings, server, **models()) as api:
        assert (await used(api))[0] == "further"


async def test_one_model_for_both_works_does_not_stand_in_for_itself(settings: Settings, server: OpenAIServer) -> None:
    async with house(settings, server, **models()) as api:
        await api.put("models/switch", json={"role": "chat", "model": "small"})
        server.faults.extend([Fault.BROKEN] * REPEATED)
        assert (await used(api))[0] == "extractive"
        assert len(server.faults) == 0
        assert (await used(api))[0] == "small"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"role": "chat", "model": "unknown"}, 400),
        ({"role": "embedding", "model": "small"}, 404),
        ({"role": "tasks", "model": "unknown"}, 400),
        ({"role": "chat"}, 400),
        ({"role": "", "model": "small"}, 400),
    ],
)
async def test_what_is_not_set_up_is_not_chosen(
    settings: Settings, server: OpenAIServer, body: dict[str, str], status: int
) -> None:
    async with house(settings, server, **models()) as api:
        assert (await api.put("models/switch", json=body)).status_code == status
        assert (await used(api))[0] == "loopback"


async def test_administrators_alone_switch_and_the_trail_says_so(tmp_path: Path, server: OpenAIServer) -> None:
    model = {"chat_base_url": server.base_url, "chat_model": "loopback"}
    async with guarded_house(tmp_path, **models(**model)) as api:
        person = await header_of(api)
        assert (await api.put("models/switch", json=FURTHER, headers=person)).status_code == 403
        assert (await api.put("models/switch", json=FURTHER, headers=ADMIN)).status_code == 200
        rows = (await api.get("audit", headers=ADMIN)).json()["items"]
    assert [(each["deed"], each["about"]) for each in rows if each["about"].startswith("model/")] == [
        ("changed", "model/chat/further")
    ]
