"""What goes wrong between an adapter and its service: the columns of the matrix."""

from enum import StrEnum


class Kind(StrEnum):
    """One kind of fault. A throttled request is told how long to wait, or is not; both are one of the twelve asked."""

    TIMEOUT = "timeout"
    REFUSED = "connect refused"
    RESET = "reset mid-body"
    HALF_OPEN = "half-open"
    DRIP = "slow drip"
    THROTTLED = "429 without Retry-After"
    THROTTLED_FOR_A_WHILE = "429 with Retry-After"
    BROKEN = "500"
    TRUNCATED = "truncated stream"
    BAD_JSON = "bad JSON"
    WRONG_DIMENSION = "wrong vector dimension"
    EXPIRED = "expired token"
    THROTTLED_GRAPH = "throttled Gremlin"


NO_VECTORS = "it carries no vectors"
NO_GRAPH = "throttling inside an answer is the graph database's own way; the service behind says 429"
NOT_OF_HTTP = {Kind.WRONG_DIMENSION: NO_VECTORS, Kind.THROTTLED_GRAPH: NO_GRAPH}
"""The columns that most services cannot meet, with the reasons."""

ONLY_VECTORS = {Kind.THROTTLED_GRAPH: NO_GRAPH}
"""The same for those that carry vectors."""
