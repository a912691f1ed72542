"""The rows of the matrix for tokens of the managed identity, keys of Microsoft Entra ID, and telemetry."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import copy
from functools import cache
from typing import Any
from unittest.mock import patch

from azure.core.exceptions import AzureError

from infra.azure.identity import BlockingIdentity, IdentityToken, ProcessIdentity
from infra.azure.monitor import PATIENCE
from infra.signing.entra import EntraTokens
from infra.signing.key_ring import BETWEEN_LOOKS
from shared.domain.errors import StoreUnavailable, Unavailable
from tests.fakes.entra import AUDIENCE, TENANT, Entra
from tests.fakes.loopback import LoopbackServer
from tests.fakes.managed_identity import FIRST, HEADER, ManagedIdentity
from tests.fakes.telemetry_ingestion import KEY, TelemetryIngestion
from tests.faults.cells import Adapter, Limits, Standing, Surroundings, running
from tests.faults.gates import HttpGate
from tests.faults.kinds import NOT_OF_HTTP, Kind

SCOPE = "https://service.example/.default"
CLIENT = "client-1"
QUIET = {"APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL": "true", "APPLICATIONINSIGHTS_CONTROLPLANE_DISABLED": "true"}
"""The exporter tells its maker of itself, on the internet, unless told not to."""


@asynccontextmanager
async def platform() -> AsyncIterator[HttpGate]:
    """Yield the gate before the address where the platform gives tokens; the environment names it."""
    async with running(LoopbackServer(ManagedIdentity(CLIENT, FIRST).app)) as server:
        gate = HttpGate(server.address)
        # Without a path there is no `az` and no `azd`.
        named = {"IDENTITY_ENDPOINT": f"{gate.address}/msi/token", "IDENTITY_HEADER": HEADER, "PATH": ""}
        with patch.dict(os.environ, named):
            yield gate


@asynccontextmanager
async def token(_: Surroundings, limits: Limits) -> AsyncIterator[Standing]:
    """A token of the process's identity."""
    async with platform() as gate:
        identity = ProcessIdentity(CLIENT, limits.attempt)
        yield Standing(gate, IdentityToken(identity, SCOPE), FIRST, secret=HEADER)
        await identity.close()


@asynccontextmanager
async def blocking_token(_: Surroundings, limits: Limits) -> AsyncIterator[Standing]:
    """The same for what works on threads; whoever asks there knows the SDK's errors."""
    async with platform() as gate:
        identity = BlockingIdentity(CLIENT, limits.attempt)

        async def given() -> str:
            return (await asyncio.to_thread(identity.get_token, SCOPE)).token

        yield Standing(gate, given, FIRST, secret=HEADER)


@cache
def tenant() -> Entra:
    """Return a tenant; making its key takes a while."""
    return Entra()


@asynccontextmanager
async def entra_keys(_: Surroundings, limits: Limits) -> AsyncIterator[Standing]:
    """Somebody signs in, for which the published keys are fetched."""
    entra, now = copy(tenant()), [0.0]
    async with running(LoopbackServer(entra.app)) as server:
        gate = HttpGate(server.address)
        entra.address = gate.address
        directory = EntraTokens(gate.address, TENANT, AUDIENCE, lambda: now[0], limits.attempt)

        async def user() -> str | None:
            now[0] += BETWEEN_LOOKS
            principal = await directory.principal(entra.token())
            return principal and principal.user

        yield Standing(gate, user, "ada")


@asynccontextmanager
async def telemetry(_: Surroundings, limits: Limits) -> AsyncIterator[Standing]:
    """A span is exported, which may arrive twice under one id; what cannot be exported is lost and said to be."""
    from azure.monitor.opentelemetry.exporter import AzureMonitorTraceExporter
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExportResult

    ingestion = TelemetryIngestion()
    async with running(LoopbackServer(ingestion.app)) as server:
        gate = HttpGate(server.address)
        # The threads that export have a bound for each byte alone, and nobody waits for them; the end of a process
        # leaves them behind.
        gate.pace = 0.05
        bounds: dict[str, Any] = {**PATIENCE, "timeout": limits.attempt, "read_timeout": limits.attempt}
        exporter = AzureMonitorTraceExporter(
            connection_string=f"InstrumentationKey={KEY};IngestionEndpoint={gate.address}",
            disable_offline_storage=True,
            **bounds,
        )
        span: Any = TracerProvider().get_tracer("tests").start_span("answer")
        span.end()

        async def exported() -> None:
            if await asyncio.to_thread(exporter.export, [span]) is not SpanExportResult.SUCCESS:
                raise Unavailable("a span is lost")

        async def single(_: int) -> bool:
            return len({each["id"] for each in ingestion.of("RemoteDependencyData")}) == 1

        yield Standing(gate, exported, None, 1, single)
        await asyncio.to_thread(exporter.shutdown)


WAITED_OUT = (Kind.TIMEOUT, Kind.HALF_OPEN, Kind.DRIP, Kind.BAD_JSON, Kind.EXPIRED)
"""The one wait for a token is over then, or the SDK does not ask again."""

IDENTITIES = (
    Adapter("token of the identity", token, (Unavailable,), NOT_OF_HTTP, WAITED_OUT, alone=True),
    Adapter("token of the identity, on a thread", blocking_token, (AzureError,), NOT_OF_HTTP, WAITED_OUT, alone=True),
    Adapter("keys of Entra ID", entra_keys, (StoreUnavailable,), NOT_OF_HTTP, (*Kind,)),
    Adapter("telemetry", telemetry, (Unavailable,), NOT_OF_HTTP, (*Kind,)),
)
