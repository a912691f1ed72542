"""The unmodified client of the SDK against the local host, over a socket."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from azure.durable_functions import DurableOrchestrationClient, OrchestrationRuntimeStatus
from azure.durable_functions.models.utils import http_utils

from infra.local.durable import RunStatus
from infra.local.host import LocalHost
from infra.local.host.durable_api import PATH, client_binding
from tests.workflow.polling import until


@pytest.fixture
async def base_url(host: LocalHost, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    # The SDK keeps one session per process, which belongs to the event loop of the test before.
    monkeypatch.setattr(http_utils, "_client_session", None)
    async with host.serving() as address:
        yield address
        await http_utils._close_session()


@pytest.fixture
def durable(base_url: str) -> DurableOrchestrationClient:
    return DurableOrchestrationClient(client_binding(base_url))


async def finished(durable: DurableOrchestrationClient, host: LocalHost, run_id: str) -> object:
    await host._runner.wait(run_id)
    return await durable.get_status(run_id, show_input=True)


async def test_a_run_is_started_and_seen_through(durable: DurableOrchestrationClient, host: LocalHost) -> None:
    run_id = await durable.start_new("add_up", "my-run", 4)
    status = await finished(durable, host, run_id)
    assert run_id == "my-run"
    assert (status.runtime_status, status.output, status.input_) == (OrchestrationRuntimeStatus.Completed, 14, 4)
    assert abs((datetime.now(UTC) - status.created_time).total_seconds()) < 60


async def test_an_http_function_starts_a_run_with_its_durable_client(base_url: str, host: LocalHost) -> None:
    async with httpx.AsyncClient(base_url=base_url) as client:
        run_id = (await client.post("/sums/5")).json()["id"]
    assert (await host._runner.wait(run_id)).output == 30


async def test_an_unknown_orchestrator_is_refused_with_its_name(durable: DurableOrchestrationClient) -> None:
    with pytest.raises(Exception, match="there is no orchestrator 'nobody'"):
        await durable.start_new("nobody")


async def test_a_run_that_goes_on_is_a_conflict(durable: DurableOrchestrationClient) -> None:
    await durable.start_new("wait_for_word", "one")
    with pytest.raises(Exception, match="conflict"):
        await durable.start_new("wait_for_word", "one")


async def test_a_message_arrives_as_json_text_as_on_azure(durable: DurableOrchestrationClient, host: LocalHost) -> None:
    await durable.start_new("wait_for_word", "one")
    await durable.raise_event("one", "word", {"said": "hello"})
    assert (await finished(durable, host, "one")).output == '{"said": "hello"}'
    with pytest.raises(Exception, match="is gone"):
        await durable.raise_event("one", "word", 1)
    with pytest.raises(Exception, match="No instance"):
        await durable.raise_event("nobody", "word", 1)


async def test_a_run_is_terminated_once(durable: DurableOrchestrationClient, host: LocalHost) -> None:
    await durable.start_new("wait_for_word", "one")
    await durable.terminate("one", "no longer & needed")
    status = await finished(durable, host, "one")
    assert (status.runtime_status, status.output) == (OrchestrationRuntimeStatus.Terminated, "no longer & needed")
    await durable.terminate("one", "again")
    with pytest.raises(Exception, match="No instance"):
        await durable.terminate("nobody", "why")


async def test_runs_are_listed_and_purged(durable: DurableOrchestrationClient, host: LocalHost) -> None:
    await durable.start_new("wait_for_word", "open")
    await finished(durable, host, await durable.start_new("add_up", "done", 1))
    assert {status.instance_id for status in await durable.get_status_all()} == {"open", "done"}
    completed = await durable.get_status_by(runtime_status=[OrchestrationRuntimeStatus.Completed])
    assert [status.instance_id for status in completed] == ["done"]
    assert (await durable.purge_instance_history("open")).instances_deleted == 0
    assert (await durable.purge_instance_history("done")).instances_deleted == 1
    assert not await durable.get_status("done")
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    assert (await durable.purge_instance_history_by(long_ago)).instances_deleted == 0


async def test_what_the_local_runner_cannot_do_is_said(durable: DurableOrchestrationClient) -> None:
    await durable.start_new("wait_for_word", "one")
    with pytest.raises(Exception, match="501"):
        await durable.suspend("one", "why")


@pytest.mark.parametrize("query", ["runtimeStatus=Odd", "createdTimeFrom=yesterday", "top=many"])
async def test_a_query_that_cannot_be_read_is_a_bad_request(base_url: str, query: str) -> None:
    async with httpx.AsyncClient(base_url=base_url) as client:
        response = await client.get(f"{PATH}/instances?{query}")
    assert (response.status_code, response.json()["error"]["code"]) == (400, "bad_request")


async def test_a_plain_client_may_send_its_input_as_json(base_url: str, host: LocalHost) -> None:
    async with httpx.AsyncClient(base_url=base_url) as client:
        response = await client.post(f"{PATH}/orchestrators/add_up/plain", json=3)
        assert response.status_code == 202
        assert (await host._runner.wait("plain")).output == 5
        wrong = await client.post(f"{PATH}/orchestrators/add_up", content=b"{")
        assert wrong.status_code == 400


async def test_a_run_survives_a_restart_of_the_host(host: LocalHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_utils, "_client_session", None)
    async with host.serving() as base_url:
        await DurableOrchestrationClient(client_binding(base_url)).start_new("wait_for_word", "one")
        await until(lambda: bool(host._runner._engine._live))
        await http_utils._close_session()
    async with host.serving() as base_url:
        durable = DurableOrchestrationClient(client_binding(base_url))
        await durable.raise_event("one", "word", 1)
        assert (await host._runner.wait("one")).status == RunStatus.COMPLETED
        await http_utils._close_session()
