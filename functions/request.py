"""What a function knows of one HTTP request: who asks, under which id, and with which body."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import quote

from azurefunctions.extensions.http.fastapi import Request
from pydantic import BaseModel, ValidationError

from shared.domain.access import Principal
from shared.domain.errors import BadRequest, HeadersTooLarge, NotSignedIn, TooLarge
from shared.domain.rates import Standing

Model = TypeVar("Model", bound=BaseModel)

MAXIMUM_BODY = 1_000_000
"""Bytes of a JSON body; the longest question with a long history is far below."""

MAXIMUM_HEADERS = 32_768
"""Bytes of all headers: a long token, a signature and what proxies add are far below."""

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
"""What a caller may choose as X-Request-ID: nothing that could break a log line or a header."""


@dataclass(frozen=True)
class Call:
    """One request on its way through a function. `client` starts durable runs, for functions that ask for it.

    `standings` say how the buckets stand that it took a request of.
    """

    request: Request
    request_id: str
    client: Any = None
    caller: Principal | None = None
    standings: list[Standing] = field(default_factory=list)

    def weigh(self, standing: Standing) -> None:
        """Take note of how a bucket stands. Raises RateLimited where it held no request for this one."""
        self.standings.append(standing)
        standing.check()

    @property
    def address(self) -> str:
        """The address of whoever is at the other end of the connection."""
        return self.request.client.host if self.request.client else ""

    @property
    def principal(self) -> Principal:
        """Who asks. Raises NotSignedIn where nobody found out who that is."""
        if self.caller is None:
            raise NotSignedIn("sign in first")
        return self.caller

    @property
    def path(self) -> Mapping[str, str]:
        """The parameters of the route."""
        parameters: Mapping[str, str] = self.request.path_params
        return parameters


def request_id_of(request: Request) -> str:
    """Return the caller's X-Request-ID where it is harmless, or a new one."""
    given = request.headers.get("x-request-id", "")
    return given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def check_headers(request: Request) -> None:
    """Raise HeadersTooLarge where the headers are: whoever reads one later may then do so without a bound."""
    if sum(len(name) + len(value) for name, value in request.headers.raw) > MAXIMUM_HEADERS:
        raise HeadersTooLarge(f"the headers may have {MAXIMUM_HEADERS} bytes", limit=MAXIMUM_HEADERS)


async def read_body(request: Request, model: type[Model]) -> Model:
    """Read and check a JSON body. Raises TooLarge or BadRequest with the fields that are wrong."""
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > MAXIMUM_BODY:
            raise TooLarge(f"the body may have {MAXIMUM_BODY} bytes", limit=MAXIMUM_BODY)
    try:
        return model.model_validate_json(bytes(content), strict=True)
    except ValidationError as error:
        raise bad_fields(error, "the body") from None


def read_query(request: Request, model: type[Model]) -> Model:
    """Read and check the query string. Raises BadRequest with the parameters that are wrong."""
    try:
        return model.model_validate(dict(request.query_params))
    except ValidationError as error:
        raise bad_fields(error, "the query") from None


def bad_fields(error: ValidationError, where: str) -> BadRequest:
    """Say which fields are wrong and why, without repeating what was sent."""
    problems = [
        {"field": ".".join(str(part) for part in each["loc"]), "problem": each["msg"]}
        for each in error.errors(include_url=False, include_input=False, include_context=False)[:20]
    ]
    first = problems[0]
    name = f"field {first['field']!r}" if first["field"] else where
    return BadRequest(f"{name}: {first['problem']}", fields=problems)


def ignored_fields(model: BaseModel) -> str:
    """Name the unknown fields of a body as a header's value: at most twenty, escaped."""
    return ", ".join(quote(name[:64], safe="") for name in list(model.model_extra or {})[:20])
