"""Functions for those who operate the service."""

import asyncio

import azure.durable_functions as df
from azurefunctions.extensions.http.fastapi import JSONResponse, Response

from functions import measurements, openapi
from functions.bootstrap import services
from functions.contracts.health import Health, Readiness
from functions.operation import operation
from functions.probes import Probe
from functions.request import Call
from shared.domain.errors import KnowledgeError

PROBE_SECONDS = 5.0
"""How long a dependency may take to answer a probe."""

blueprint = df.Blueprint()


@operation(blueprint, "GET", "health")
async def health(call: Call) -> Health:
    """Say that the process answers."""
    return Health(status="ok", version=openapi.product_version())


@operation(blueprint, "GET", "startup")
async def startup(call: Call) -> Health:
    """Say that everything is set up, setting it up where it is not."""
    return Health(status="started", version=openapi.product_version(), profile=services().settings.profile)


@operation(blueprint, "GET", "ready")
async def ready(call: Call) -> Response:
    """Ask every dependency for a sign of life; 503 names those that give none."""
    probes = services().probes
    results = await asyncio.gather(*(probed(probe) for probe in probes.values()))
    answer = Readiness(status="ready" if not any(results) else "unavailable", dependencies={})
    answer.dependencies = {name: problem or "ok" for name, problem in zip(probes, results, strict=True)}
    return JSONResponse(answer.model_dump(), status_code=503 if any(results) else 200)


@operation(blueprint, "GET", "metrics", media_type="text/plain")
async def metrics(call: Call) -> Response:
    """Return the measurements in Prometheus' text format."""
    return Response(measurements.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")


@operation(blueprint, "GET", "openapi.json")
async def openapi_document(call: Call) -> Response:
    """Return the description of this API."""
    return JSONResponse(openapi.description())


async def probed(probe: Probe) -> str:
    """Ask one dependency; return what is wrong, or nothing."""
    try:
        await asyncio.wait_for(asyncio.ensure_future(probe()), PROBE_SECONDS)
    except TimeoutError:
        return f"gave no answer within {PROBE_SECONDS:g} s"
    except KnowledgeError as error:
        return error.message
    return ""
