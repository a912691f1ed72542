"""A strict stand-in for the address that Application Insights takes telemetry at."""

import gzip
import json
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

KEY = "00000000-0000-4000-8000-000000000001"
KINDS = {"RemoteDependencyData", "RequestData", "MetricData", "MessageData", "ExceptionData"}


class TelemetryIngestion:
    """Takes envelopes with the key, and with the bearer's token where one is asked for; keeps what they hold."""

    def __init__(self, token: str = "") -> None:
        """Ask for a token, where it is not empty."""
        self.token = token
        self.taken: list[tuple[str, dict[str, Any]]] = []
        self.app = Starlette(routes=[Route("/v2.1/track", self._track, methods=["POST"])])

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Return what was taken of one kind."""
        return [item for name, item in self.taken if name == kind]

    def metrics(self) -> dict[str, list[dict[str, Any]]]:
        """Return the readings of each metric by its name: value and properties."""
        found: dict[str, list[dict[str, Any]]] = {}
        for item in self.of("MetricData"):
            for metric in item["metrics"]:
                found.setdefault(metric["name"], []).append({**metric, "properties": item.get("properties", {})})
        return found

    async def _track(self, request: Request) -> Response:
        if self.token and request.headers.get("authorization") != f"Bearer {self.token}":
            return JSONResponse({"itemsReceived": 0, "itemsAccepted": 0, "errors": []}, 401)
        body = await request.body()
        envelopes = json.loads(gzip.decompress(body) if request.headers.get("content-encoding") == "gzip" else body)
        refused = [place for place, each in enumerate(envelopes) if not is_whole(each)]
        self.taken += [(each["data"]["baseType"], each["data"]["baseData"]) for each in envelopes if is_whole(each)]
        errors = [{"index": place, "statusCode": 400, "message": "not an envelope"} for place in refused]
        received = len(envelopes)
        answer = {"itemsReceived": received, "itemsAccepted": received - len(refused), "errors": errors}
        return JSONResponse(answer, 206 if refused else 200)


def is_whole(envelope: dict[str, Any]) -> bool:
    """Say whether an envelope has what the service demands: a name, a time, the key and a known kind of content."""
    content = envelope.get("data") or {}
    return (
        all(envelope.get(field) for field in ("name", "time"))
        and envelope.get("iKey") == KEY
        and content.get("baseType") in KINDS
        and "baseData" in content
    )
