"""`POST /admin/functions/{name}`."""

from collections.abc import Callable

import httpx
import pytest

from infra.local.host import LocalHost
from tests.functions.local_host.sample_app import Seen
from tests.workflow.polling import until

RUNS: list[tuple[str, object, Callable[[Seen], object]]] = [
    ("nightly", None, lambda seen: seen.timers == [False]),
    ("vanished", {"subject": "a/b", "eventType": "x", "data": {}}, lambda seen: seen.deleted[0].subject == "a/b"),
    ("with_context", {}, lambda seen: seen.contexts[0].function_name == "with_context"),
    (
        "arrived",
        "documents/by/hand/x.txt",
        lambda seen: ("documents/by/hand/x.txt", b"x") in [b[:2] for b in seen.blobs],
    ),
]


@pytest.mark.parametrize(("name", "input_", "happened"), RUNS)
async def test_any_trigger_can_be_run_by_hand(
    client: httpx.AsyncClient,
    host: LocalHost,
    seen: Seen,
    name: str,
    input_: object,
    happened: Callable[[Seen], object],
) -> None:
    (host.settings.documents_folder / "by" / "hand").mkdir(parents=True)
    (host.settings.documents_folder / "by" / "hand" / "x.txt").write_bytes(b"x")
    response = await client.post(f"/admin/functions/{name}", json={"input": input_})
    assert response.status_code == 202
    await until(lambda: bool(seen.timers or seen.deleted or seen.contexts or seen.blobs) and bool(happened(seen)))


async def test_an_orchestrator_and_an_activity_can_be_run_by_hand(client: httpx.AsyncClient, host: LocalHost) -> None:
    assert (await client.post("/admin/functions/orchestrate", json={"input": "3"})).status_code == 202
    assert (await client.post("/admin/functions/square", json={"input": 3})).status_code == 202
    run = (await host._runner.runs())[0]
    assert (await host._runner.wait(run.id)).output == 5


async def test_an_unknown_function_is_a_404(client: httpx.AsyncClient) -> None:
    response = await client.post("/admin/functions/nobody")
    assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("arrived", b'{"input": "documents/no/such/file"}'),
        ("arrived", b'{"input": "documents/../../etc/passwd"}'),
        ("vanished", b'{"input": "text"}'),
        ("nightly", b"{"),
    ],
)
async def test_an_input_that_cannot_be_is_a_400(client: httpx.AsyncClient, name: str, content: bytes) -> None:
    response = await client.post(f"/admin/functions/{name}", content=content)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "bad_request")
