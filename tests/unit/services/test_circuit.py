"""The circuit before a model, on a clock that moves only when it is moved."""

import asyncio
from contextlib import aclosing

import pytest

from shared.deadline import each_in_time, ending_within
from shared.domain.answers import ModelEvent, Prompt, TextDelta
from shared.domain.errors import ContentBlocked, DeadlineExceeded, KnowledgeError, ModelUnavailable, RateLimited
from shared.services.circuit import MOST_FAILURES, PAUSE_SECONDS, Circuit, CircuitState
from shared.services.guarded_models import GuardedChatModel
from tests.fakes.chat_models import FixedLatencyModel, ScriptedModel
from tests.fakes.virtual_clock import VirtualClock, settled

QUESTION = Prompt("Who?", ())
DEAD = [ModelUnavailable("away")]
WELL = [TextDelta("Well.")]


async def asked(model: GuardedChatModel) -> str:
    """The text of one call, or the code of its error."""
    try:
        async with aclosing(model.stream(QUESTION)) as events:
            return "".join([event.text async for event in events if isinstance(event, TextDelta)])
    except KnowledgeError as error:
        return error.code


def behind(*scripts: list[ModelEvent | BaseException]) -> tuple[GuardedChatModel, ScriptedModel, VirtualClock]:
    clock, model = VirtualClock(), ScriptedModel(*scripts)
    return GuardedChatModel(model, Circuit(clock)), model, clock


@pytest.mark.parametrize("error", [ModelUnavailable("away"), RateLimited("busy"), DeadlineExceeded("late")])
async def test_a_model_is_asked_until_it_failed_often_enough_in_a_row_and_then_no_more(error: KnowledgeError) -> None:
    model, behind_it, _ = behind(*[[error]] * MOST_FAILURES)
    assert [await asked(model) for _ in range(MOST_FAILURES - 1)] == [error.code] * (MOST_FAILURES - 1)
    assert model.circuit.state is CircuitState.CLOSED
    assert await asked(model) == error.code
    assert model.circuit.state is CircuitState.OPEN
    assert await asked(model) == "model_unavailable"
    assert len(behind_it.prompts) == MOST_FAILURES


async def test_a_sign_of_life_between_failures_keeps_the_circuit_closed() -> None:
    model, _, _ = behind(*[DEAD] * (MOST_FAILURES - 1), WELL, *[DEAD] * (MOST_FAILURES - 1), WELL)
    answers = [await asked(model) for _ in range(2 * MOST_FAILURES)]
    assert answers.count("Well.") == 2
    assert model.circuit.state is CircuitState.CLOSED


async def test_after_the_pause_one_call_tries_and_its_success_closes_the_circuit() -> None:
    model, behind_it, clock = behind(*[DEAD] * MOST_FAILURES, WELL, WELL)
    for _ in range(MOST_FAILURES):
        await asked(model)
    await clock.advance(PAUSE_SECONDS - 0.01)
    assert model.circuit.state is CircuitState.OPEN
    await asked(model)
    assert len(behind_it.prompts) == MOST_FAILURES
    await clock.advance(0.01)
    assert model.circuit.state is CircuitState.HALF_OPEN
    assert [await asked(model), model.circuit.state] == ["Well.", CircuitState.CLOSED]
    assert await asked(model) == "Well."


async def test_a_failed_trial_opens_the_circuit_for_another_whole_pause() -> None:
    model, behind_it, clock = behind(*[DEAD] * (MOST_FAILURES + 1))
    for _ in range(MOST_FAILURES):
        await asked(model)
    await clock.advance(PAUSE_SECONDS)
    await asked(model)
    assert model.circuit.state is CircuitState.OPEN
    await clock.advance(PAUSE_SECONDS - 0.01)
    await asked(model)
    assert len(behind_it.prompts) == MOST_FAILURES + 1


async def test_while_one_call_tries_no_other_does_and_leaving_it_lets_the_next_one_try() -> None:
    clock = VirtualClock()
    model = GuardedChatModel(FixedLatencyModel("Well.", 5.0, clock), Circuit(clock))
    for _ in range(MOST_FAILURES):
        model.circuit.fails()
    await clock.advance(PAUSE_SECONDS)
    trial = asyncio.ensure_future(asked(model))
    await settled()
    assert await asked(model) == "model_unavailable"
    trial.cancel()
    await asyncio.wait([trial])
    assert model.circuit.state is CircuitState.HALF_OPEN
    second = asyncio.ensure_future(asked(model))
    await settled()
    await clock.advance(5.0)
    assert await second == "Well."
    assert model.circuit.state is CircuitState.CLOSED


async def test_a_refused_content_is_a_sign_of_life() -> None:
    model, _, _ = behind(*[DEAD] * (MOST_FAILURES - 1), [ContentBlocked("no")], DEAD)
    for _ in range(MOST_FAILURES + 1):
        await asked(model)
    assert model.circuit.state is CircuitState.CLOSED


async def test_a_stream_that_breaks_behind_its_first_word_does_not_open_the_circuit() -> None:
    model, behind_it, _ = behind(*[[TextDelta("We"), ModelUnavailable("broken")]] * (MOST_FAILURES + 1))
    for _ in range(MOST_FAILURES + 1):
        await asked(model)
    assert len(behind_it.prompts) == MOST_FAILURES + 1


async def test_a_refusal_says_how_long_the_model_is_left_alone() -> None:
    model, _, clock = behind(*[DEAD] * MOST_FAILURES)
    for _ in range(MOST_FAILURES):
        await asked(model)
    await clock.advance(10.0)
    with pytest.raises(ModelUnavailable) as refused:
        model.circuit.enter()
    assert refused.value.details["retry_after"] == PAUSE_SECONDS - 10


@pytest.mark.parametrize(("silent_seconds", "state"), [(0.0, CircuitState.OPEN), (60.0, CircuitState.CLOSED)])
async def test_time_that_ran_out_over_a_long_silence_is_a_failure_of_the_model(
    monkeypatch: pytest.MonkeyPatch, silent_seconds: float, state: CircuitState
) -> None:
    monkeypatch.setattr("shared.services.guarded_models.SILENT_SECONDS", silent_seconds)
    clock = VirtualClock()
    model = GuardedChatModel(FixedLatencyModel("Well.", 1.0, clock), Circuit(clock))
    for _ in range(MOST_FAILURES):
        with ending_within(0.01), pytest.raises(DeadlineExceeded):
            await anext(each_in_time(model.stream(QUESTION)))
    assert model.circuit.state is state


async def test_a_caller_who_leaves_a_silent_model_says_nothing_about_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.services.guarded_models.SILENT_SECONDS", 0.0)
    clock = VirtualClock()
    model = GuardedChatModel(FixedLatencyModel("Well.", 1.0, clock), Circuit(clock))
    for _ in range(MOST_FAILURES):
        asking = asyncio.create_task(asked(model))
        await settled()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    assert model.circuit.state is CircuitState.CLOSED
