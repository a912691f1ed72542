"""The context promises no more than the SDK's: every call that binds here binds there in the same way."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from azure.durable_functions import DurableOrchestrationContext, RetryOptions

from infra.local.durable.context import RunContext
from infra.local.durable.tasks import RetryTask, TimerTask

# `advance_clock` and `next_input` are the runner's side of the object, not the orchestrator's.
METHODS = [
    name
    for name, member in inspect.getmembers(RunContext, inspect.isfunction)
    if not name.startswith("_") and name != "advance_clock"
]
PROPERTIES = ["instance_id", "is_replaying", "current_utc_datetime", "custom_status", "will_continue_as_new"]


def parameters(function: Callable[..., Any]) -> list[tuple[str, Any]]:
    return [(each.name, each.kind) for each in inspect.signature(function).parameters.values()]


def defaults(function: Callable[..., Any]) -> dict[str, Any]:
    return {each.name: each.default for each in inspect.signature(function).parameters.values()}


@pytest.mark.parametrize("name", METHODS)
def test_each_method_has_the_first_parameters_of_the_real_one(name: str) -> None:
    ours, real = getattr(RunContext, name), getattr(DurableOrchestrationContext, name)
    assert parameters(ours) == parameters(real)[: len(parameters(ours))]
    for parameter, default in defaults(ours).items():
        assert defaults(real)[parameter] == default
    rest = list(inspect.signature(real).parameters.values())[len(parameters(ours)) :]
    assert all(parameter.default is not inspect.Parameter.empty for parameter in rest)


@pytest.mark.parametrize("name", PROPERTIES)
def test_each_property_exists_in_the_real_context(name: str) -> None:
    assert isinstance(getattr(DurableOrchestrationContext, name), property)
    context = RunContext("run", "execution", "null", lambda task: None, 0.0)
    assert hasattr(context, name)


def test_the_real_retry_options_are_understood() -> None:
    context = RunContext("run", "execution", "null", lambda task: None, 0.0)
    assert isinstance(context.call_activity_with_retry("any", RetryOptions(5, 2)), RetryTask)


def test_a_timer_without_a_zone_is_read_as_utc() -> None:
    context = RunContext("run", "execution", "null", lambda task: None, 1_000.0)
    naive = context.create_timer(context.current_utc_datetime.replace(tzinfo=None))
    assert isinstance(naive, TimerTask)
    assert naive.call.due == 1_000.0
