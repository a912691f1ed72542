"""Alerts over a real socket: signed, repeated with bounds, and never told where they went."""

from collections.abc import Iterator
from time import time

import pytest

from infra.webhook import WAITS, Webhook
from shared.domain.alerts import Alert
from shared.domain.errors import BadSetting, Unavailable
from shared.domain.money import Budget, BudgetStatus, Money, Period
from shared.settings import read_settings
from tests.fakes.webhook import HANGS, SECRET, WebhookReceiver

STATUS = BudgetStatus(Budget("global", Period.DAILY, Money.of_usd(5)), "2026-11-20", Money.of_usd(4), Money.of_usd(0.5))
ALERT = Alert("alert-1", STATUS, 80, "daily budget of global has reached 80 %")


class Waiting:
    """Takes no time and writes down how much was wanted."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as receiver:
        yield receiver


@pytest.fixture
def waiting() -> Waiting:
    return Waiting()


@pytest.fixture
def webhook(receiver: WebhookReceiver, waiting: Waiting) -> Webhook:
    return Webhook(receiver.address, SECRET, timeout_seconds=30, wait=waiting)


async def test_an_alert_has_a_text_for_slack_and_a_card_for_teams(webhook: Webhook, receiver: WebhookReceiver) -> None:
    await webhook.send(ALERT)
    (taken,) = receiver.taken
    assert taken["text"] == taken["summary"] == ALERT.sentence
    assert (taken["@type"], taken["@context"]) == ("MessageCard", "https://schema.org/extensions")
    assert (taken["id"], taken["threshold"], taken["spent_usd"], taken["cap_usd"]) == ("alert-1", 80, 4.0, 5.0)


@pytest.mark.parametrize("faults", [[500, 503], [429, 408], [HANGS, 502]])
async def test_a_receiver_that_fails_twice_gets_the_alert_the_third_time(
    receiver: WebhookReceiver, waiting: Waiting, faults: list[int]
) -> None:
    receiver.faults.extend(faults)
    patience = 3 if HANGS in faults else 30
    await Webhook(receiver.address, SECRET, timeout_seconds=patience, wait=waiting).send(ALERT)
    assert len(receiver.taken) == 1
    assert waiting.seconds == list(WAITS[:2])


async def test_a_receiver_that_hangs_is_left_after_a_bounded_number_of_attempts(
    receiver: WebhookReceiver, waiting: Waiting
) -> None:
    receiver.faults.extend([HANGS] * 10)
    with pytest.raises(Unavailable):
        await Webhook(receiver.address, SECRET, timeout_seconds=0.1, wait=waiting).send(ALERT)
    assert waiting.seconds == list(WAITS)


@pytest.mark.parametrize("status", [400, 401, 404, 307])
async def test_a_refusal_that_will_not_pass_is_not_repeated(
    webhook: Webhook, receiver: WebhookReceiver, status: int
) -> None:
    receiver.faults.append(status)
    with pytest.raises(Unavailable) as error:
        await webhook.send(ALERT)
    assert (receiver.asked, error.value.details) == (1, {"status": status})


async def test_an_error_does_not_say_where_the_alert_went(waiting: Waiting) -> None:
    with pytest.raises(Unavailable) as error:
        await Webhook("http://127.0.0.1:1/services/T0KEN", SECRET, wait=waiting).send(ALERT)
    assert "T0KEN" not in f"{error.value} {error.value.details} {error.value.__cause__!r}"


@pytest.mark.parametrize("change", [{"secret": "another"}, {"clock": lambda: time() - 301}])
async def test_a_wrong_secret_and_an_old_moment_are_not_believed(
    receiver: WebhookReceiver, change: dict[str, object]
) -> None:
    with pytest.raises(Unavailable):
        await Webhook(**{"address": receiver.address, "secret": SECRET} | change).send(ALERT)  # type: ignore[arg-type]
    assert receiver.taken == []


async def test_a_secret_is_looked_up_for_each_attempt(receiver: WebhookReceiver, waiting: Waiting) -> None:
    secrets = iter(["old", SECRET])
    receiver.faults.append(500)

    class Rotating:
        async def __call__(self) -> str:
            return next(secrets)

        def refused(self) -> None: ...

    await Webhook(receiver.address, Rotating(), wait=waiting).send(ALERT)
    assert len(receiver.taken) == 1


@pytest.mark.parametrize("address", ["http://elsewhere.example/hook", "https://", "hook", "ftp://127.0.0.1/"])
def test_an_address_that_others_can_listen_in_on_stops_the_start(address: str) -> None:
    with pytest.raises(BadSetting, match="ALERT_WEBHOOK_URL"):
        read_settings({"ALERT_WEBHOOK_URL": address, "ALERT_WEBHOOK_SECRET": "s"})


def test_alerts_are_never_sent_unsigned() -> None:
    with pytest.raises(BadSetting, match="ALERT_WEBHOOK_SECRET"):
        read_settings({"ALERT_WEBHOOK_URL": "https://hooks.example/x"})
    for address in ("https://hooks.example/x", "http://localhost:9/x", "secret:hook"):
        assert read_settings({"ALERT_WEBHOOK_URL": address, "ALERT_WEBHOOK_SECRET": "s"}).alert_webhook_url == address
