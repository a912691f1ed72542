"""Calling functions: with what their bindings ask for, coroutines on the loop and plain functions on threads."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from infra.local.durable.threads import Threads
from infra.local.host.context import InvocationContext
from infra.local.host.functions import RegisteredFunction
from infra.local.host.gate import Gate

Invoke = Callable[[Any], Awaitable[Any]]


class Invocations:
    """Knows what every function needs besides its trigger. `client_binding` is set before the first invocation."""

    def __init__(self, gate: Gate, threads: Threads) -> None:
        self.gate = gate
        self.client_binding = ""
        self._threads = threads

    async def invoke(self, function: RegisteredFunction, value: Any) -> Any:
        """Call a function through the gate. Raises Stopping, or what the function raised."""
        with self.gate:
            return await self.prepared(function)(value)

    def prepared(self, function: RegisteredFunction) -> Invoke:
        """What calls the function with the value of its trigger, without passing the gate."""
        if function.is_asynchronous and not function.client_parameters and not function.wants_context:
            return lambda value, call=function.call, name=function.parameter: call(**{name: value})  # type: ignore[misc]
        if function.is_asynchronous:
            return lambda value: function.call(**self.arguments(function, value))
        return lambda value: self._threads.run(partial(function.call, **self.arguments(function, value)))

    def arguments(self, function: RegisteredFunction, value: Any) -> dict[str, Any]:
        """The keyword arguments of one call."""
        arguments = {function.parameter: value}
        for name in function.client_parameters:
            arguments[name] = self.client_binding
        if function.wants_context:
            arguments["context"] = InvocationContext(function.name)
        return arguments
