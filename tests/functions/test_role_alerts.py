"""The hourly check tells the webhook of people and programs who near the end of their role's month."""

from collections.abc import Iterator
from math import inf
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes.openai_server import KEY, OpenAIServer
from tests.fakes.webhook import SECRET, WebhookReceiver
from tests.functions.conftest import put, served, with_settings
from tests.functions.model_house import QUESTION, TEXT
from tests.functions.signing_in import ADMIN, bearer, guarded, header_of
from tests.workflow.polling import until

PRICED: dict[str, Any] = {
    "chat_api_key": KEY,
    "chat_model": "loopback",
    # 120 tokens, a dollar and twenty cents, of the 10 dollars that a guest has in a month.
    "chat_input_price": 10_000.0,
    "daily_budget_usd": inf,
    "monthly_budget_usd": inf,
}


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as running:
        yield running


async def ask(api: httpx.AsyncClient, who: dict[str, str], times: int) -> None:
    for _ in range(times):
        body = {"query": QUESTION, "use_cache": False}
        assert (await api.post("rag/query", json=body, headers=who)).status_code == 200


async def check(api: httpx.AsyncClient) -> None:
    """Begin the hourly check, which nobody waits for."""
    path = api.base_url.copy_with(path="/admin/functions/check_budgets")
    assert (await api.post(str(path), json={}, headers=ADMIN)).status_code == 202


async def test_the_webhook_hears_of_a_guest_and_not_of_a_user_who_spent_as_much(
    tmp_path: Path, server: OpenAIServer, receiver: WebhookReceiver
) -> None:
    alerts = {"alert_webhook_url": receiver.address, "alert_webhook_secret": SECRET}
    async with served(with_settings(guarded(tmp_path), **PRICED, **alerts, chat_base_url=server.base_url)) as api:
        await api.post("knowledge/bases", json={"name": "Default"}, headers=ADMIN)
        api.headers.update(ADMIN)
        assert (await put(api, "pumps.md", TEXT))["status"] == "ready"
        del api.headers["authorization"]
        guest = await header_of(api)
        made = {each: {"name": each, "role": each} for each in ("user", "guest")}
        keys = {each: (await api.post("service-keys", json=made[each], headers=ADMIN)).json() for each in made}
        for who in (guest, bearer(keys["user"]["token"])):
            await ask(api, who, 5)
        await check(api)
        await until(lambda: bool(receiver.taken), 60)
        await ask(api, bearer(keys["guest"]["token"]), 5)
        await check(api)
        await until(lambda: len(receiver.taken) == 2, 60)
        me = (await api.get("me", headers=guest)).json()["id"]
    told = [(each["account"], each["period"], each["threshold"], each["cap_usd"]) for each in receiver.taken]
    program = f"key_{keys['guest']['id']}"
    assert told == [(f"user:local/{each}", "monthly", 50, 10.0) for each in (me, program)]
