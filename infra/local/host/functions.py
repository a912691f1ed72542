"""The functions that an app registers, read once and checked."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import azure.functions as func

from shared.domain.errors import BadSetting

DURABLE_CLIENT = "durableClient"
CONTEXT_PARAMETER = "context"

# What the host itself puts into a signature; any other parameter needs a binding of its name.
SERVED_TRIGGERS = (
    "httpTrigger",
    "timerTrigger",
    "blobTrigger",
    "eventGridTrigger",
    "orchestrationTrigger",
    "activityTrigger",
)

_read: "WeakKeyDictionary[Any, list[Any]]" = WeakKeyDictionary()


@dataclass(frozen=True)
class RegisteredFunction:
    """One function with all that is needed to call it; `trigger` is the SDK's own object."""

    name: str
    kind: str
    trigger: Any
    call: Callable[..., Any]
    is_asynchronous: bool
    client_parameters: tuple[str, ...]
    wants_context: bool

    @property
    def parameter(self) -> str:
        """The parameter that receives what triggered the function."""
        return str(self.trigger.name)


def functions_of(app: Any) -> list[Any]:
    """The SDK's function objects; an app gives them out once, so they are kept. Raises BadSetting."""
    if app not in _read:
        try:
            _read[app] = app.get_functions()
        except ValueError as error:
            raise BadSetting(f"the functions cannot be registered: {error}") from error
    return _read[app]


def registered_functions(app: Any) -> list[RegisteredFunction]:
    """The functions of an app in the order of their declaration. Raises BadSetting for one that is declared wrongly."""
    return [registered(function) for function in functions_of(app)]


def registered(function: Any) -> RegisteredFunction:
    """Read one function. Raises BadSetting where its signature and its bindings do not fit together."""
    trigger, call = function.get_trigger(), function.get_user_function()
    bindings = {binding.name: binding.type for binding in function.get_bindings() if binding.name != "$return"}
    parameters = inspect.signature(call).parameters
    result = RegisteredFunction(
        name=function.get_function_name(),
        kind=trigger.type,
        trigger=trigger,
        call=call,
        is_asynchronous=inspect.iscoroutinefunction(call),
        client_parameters=tuple(name for name, kind in bindings.items() if kind == DURABLE_CLIENT),
        wants_context=CONTEXT_PARAMETER in parameters and CONTEXT_PARAMETER not in bindings,
    )
    check_signature(result, set(parameters), set(bindings))
    check_trigger(result, parameters)
    return result


def check_signature(function: RegisteredFunction, parameters: set[str], bindings: set[str]) -> None:
    """Raises BadSetting unless each binding has a parameter and each parameter a binding."""
    if missing := bindings - parameters:
        raise wrongly_declared(function, f"has no parameter '{min(missing)}' for its binding")
    if unbound := parameters - bindings - {CONTEXT_PARAMETER}:
        raise wrongly_declared(function, f"has a parameter '{min(unbound)}' without a binding")


def check_trigger(function: RegisteredFunction, parameters: Any) -> None:
    """Raises BadSetting for a trigger that cannot be served as it is declared."""
    if function.kind not in SERVED_TRIGGERS:
        raise wrongly_declared(function, f"has a trigger that the local host does not serve: {function.kind}")
    if function.kind == "httpTrigger" and parameters[function.parameter].annotation is func.HttpRequest:
        raise wrongly_declared(function, "takes func.HttpRequest; the app uses the FastAPI types throughout")
    if function.kind == "orchestrationTrigger" and not hasattr(function.call, "orchestrator_function"):
        raise wrongly_declared(function, "is no orchestrator of the durable extension")


def wrongly_declared(function: RegisteredFunction, reason: str) -> BadSetting:
    """The error that names the function and what is wrong with it."""
    return BadSetting(f"function '{function.name}' is declared wrongly: it {reason}", function=function.name)
