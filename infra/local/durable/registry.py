"""The orchestrators and activities that a runner can run, by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.durable.execution import Orchestrator


@dataclass(frozen=True)
class Activity:
    """`call` takes a JSON value and returns one, or an awaitable of one where the activity is asynchronous."""

    call: Callable[[Any], Any]
    is_asynchronous: bool


@dataclass(frozen=True)
class Registry:
    """What the app registered, under the names that orchestrators and clients use."""

    orchestrators: Mapping[str, Orchestrator]
    activities: Mapping[str, Activity]
