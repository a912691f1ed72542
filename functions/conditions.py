"""Reads on which state of a thing a request insists."""

import re

from azurefunctions.extensions.http.fastapi import Request

from shared.domain.errors import BadRequest

ETAG = re.compile(r'\s*(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"\s*')
"""One entity tag by RFC 9110; a weak one names no state that could be insisted on, and is never met."""


def states_wanted(request: Request) -> frozenset[str] | None:
    """Return the ETags of the header If-Match, or None where any state will do. Raises BadRequest for what is none."""
    given = ",".join(request.headers.getlist("if-match")).strip()
    if given in ("", "*"):
        return None
    tags = given.split(",")
    if not all(ETAG.fullmatch(each) for each in tags):
        raise BadRequest("the header If-Match holds ETags in quotes, or *")
    return frozenset(each.strip() for each in tags)
