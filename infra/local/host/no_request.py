"""Answers what is no HTTP request in the form that the whole API uses."""

import uuid

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from infra.local.host.error_responses import error_response


class RefusingProtocol(HttpToolsProtocol):
    """HTTP/1.1 whose parser refuses, say, control characters in a header."""

    def send_400_response(self, msg: str) -> None:
        """Refuse in JSON; `msg` is the server's own line, which says no more."""
        response = error_response(400, "bad_request", "this is no valid HTTP request", uuid.uuid4().hex)
        headers = [*response.raw_headers, (b"connection", b"close")]
        head = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
        self.transport.write(b"HTTP/1.1 400 Bad Request\r\n" + head + b"\r\n" + bytes(response.body))
        self.transport.close()
