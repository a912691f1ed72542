"""Functions for those who operate the service."""

import asyncio
import logging

import azure.durable_functions as df
from azurefunctions.extensions.http.fastapi import JSONResponse, Response

from functions import measurements, openapi
from functions.bootstrap import services
from functions.callers import OPEN
from functions.contracts.health import Health, Readiness
from functions.operation import operation
from functions.probes import Probe
from functions.product import product_version
from functions.request import Call
from shared.domain.errors import KnowledgeError
from shared.domain.roles import Feature

PROBE_SECONDS = 5.0
"""How long a dependency may take to answer a probe."""

logger = logging.getLogger(__name__)

blueprint = df.Blueprint()


@operation(blueprint, "GET", "health", needs=OPEN)
async def health(call: Call) -> Health:
    """Say that the process answers."""
    return Health(status="ok", version=product_version())


@operation(blueprint, "GET", "startup")
async def startup(call: Call) -> Health:
    """Say that everything is set up, setting it up where it is not."""
    await services().prepare()
    return Health(status="started", version=product_version(), profile=services().settings.profile)


@operation(blueprint, "GET", "ready")
async def ready(call: Call) -> Response:
    """Ask every dependency for a sign of life; 503 names those that give none."""
    probes = services().probes
    results = await asyncio.gather(*(probed(probe) for probe in probes.values()))
    answer = Readiness(status="ready" if not any(results) else "unavailable", dependencies={})
    answer.dependencies = {name: problem or "ok" for name, problem in zip(probes, results, strict=True)}
    return JSONResponse(answer.model_dump(), status_code=503 if any(results) else 200)


@operation(blueprint, "GET", "metrics", media_type="text/plain", needs=Feature.OPERATIONS)
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
    except Exception as error:
        # One that nobody foresaw must not hide how the other dependencies are.
        logger.exception("a probe failed")
        return f"cannot be asked: {type(error).__name__}"
    return ""
