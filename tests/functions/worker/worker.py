"""Loads an app into the real worker library and invokes its functions."""

import asyncio
import json
import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import azure_functions_runtime as runtime  # type: ignore[import-not-found]
import httpx

from tests.functions.worker.messages import PROTOS, ParameterBinding, RetryContext, RpcHttp, TraceContext, TypedData

SUCCESS = 1


def request(name: str, body: SimpleNamespace, **properties: Any) -> SimpleNamespace:
    """Wrap a request as the worker's dispatcher hands it over."""
    return SimpleNamespace(name=name, request=SimpleNamespace(**{name: body}), properties=properties)


class Worker:
    """One loaded app."""

    async def start(self, folder: Path) -> "Worker":
        """Index the app in a folder. Raises RuntimeError with the worker's words when it does not index."""
        runtime.start_threadpool_executor()
        start = SimpleNamespace(host_version="4.1042", capabilities={}, function_app_directory=str(folder))
        properties = {"protos": PROTOS, "host": "127.0.0.1"}
        started = checked(await runtime.worker_init_request(request("worker_init_request", start, **properties)))
        self.capabilities = started.capabilities
        listing = request("functions_metadata_request", SimpleNamespace(function_app_directory=str(folder)))
        found = checked(await runtime.functions_metadata_request(listing))
        self.functions = {each.name: each for each in found.function_metadata_results}
        await self.listening()
        return self

    async def listening(self) -> None:
        """Wait until the worker's HTTP server accepts connections; it starts on a thread of its own."""
        address = urlsplit(self.capabilities["HttpUri"])
        for _ in range(1000):
            try:
                _, writer = await asyncio.open_connection(address.hostname, address.port)
            except OSError:
                await asyncio.sleep(0.01)
            else:
                writer.close()
                return
        raise RuntimeError("the worker's HTTP server did not start")

    def bindings(self, name: str) -> list[dict[str, Any]]:
        """Return a function's bindings as the host would read them."""
        return [json.loads(each) for each in self.functions[name].raw_bindings]

    async def invoke(
        self, name: str, inputs: dict[str, Any], invocation_id: str = "", metadata: dict[str, Any] | None = None
    ) -> Any:
        """Invoke a function and return the worker's response. Raises RuntimeError when it fails."""
        body = SimpleNamespace(
            invocation_id=invocation_id or str(uuid.uuid4()),
            function_id=self.functions[name].function_id,
            trace_context=TraceContext(),
            retry_context=RetryContext(),
            input_data=[
                ParameterBinding(name=key, data=value, rpc_shared_memory=None) for key, value in inputs.items()
            ],
            trigger_metadata=metadata or {},
        )
        return checked(await runtime.invocation_request(request("invocation_request", body)))

    async def http(
        self, name: str, method: str, path: str, parameters: dict[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        """Send a request to an HTTP function the way the host does: an invocation, and the request beside it."""
        invocation_id = str(uuid.uuid4())
        rpc = RpcHttp(method=method, url="http://localhost" + path, params=parameters or {})
        inputs = {"req": TypedData(http=rpc), **more.pop("inputs", {})}
        invocation = asyncio.create_task(self.invoke(name, inputs, invocation_id))
        async with httpx.AsyncClient(trust_env=False) as client:
            headers = {"x-ms-invocation-id": invocation_id, **more.pop("headers", {})}
            response = await client.request(method, self.capabilities["HttpUri"] + path, headers=headers, **more)
        await invocation
        return response


def checked(response: Any) -> Any:
    """Return a response of the worker, or raise what it says went wrong."""
    if response.result.status != SUCCESS:
        raise RuntimeError(response.result.exception.message)
    return response
