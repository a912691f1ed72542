"""The orchestrators and activities of an app as the durable runner takes them."""

from collections.abc import Iterable

from infra.local.durable import Activity, Registry
from infra.local.host.functions import RegisteredFunction
from infra.local.host.invocations import Invocations


def registry_of(functions: Iterable[RegisteredFunction], invocations: Invocations) -> Registry:
    """Read the registry; a function may be registered under another name than its own.

    Activities run on the runner's threads and drain with it, so they do not pass the host's gate.
    """
    functions = list(functions)
    return Registry(
        orchestrators={
            function.trigger.orchestration or function.name: vars(function.call)["orchestrator_function"]
            for function in functions
            if function.kind == "orchestrationTrigger"
        },
        activities={
            function.trigger.activity or function.name: activity_of(function, invocations)
            for function in functions
            if function.kind == "activityTrigger"
        },
    )


async def close_client_session() -> None:
    """Let go of the connections that the SDK's durable clients of this process share and never close."""
    from azure.durable_functions.models.utils import http_utils

    await http_utils._close_session()


def activity_of(function: RegisteredFunction, invocations: Invocations) -> Activity:
    """One activity with its other bindings filled in."""
    return Activity(lambda value: function.call(**invocations.arguments(function, value)), function.is_asynchronous)
