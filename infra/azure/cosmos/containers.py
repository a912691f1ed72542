"""The containers of the state store, declared here alone, and the queries that may cross their partitions."""

from dataclasses import dataclass
from typing import Any

PARTITION = "partition"
"""The property that every container is partitioned by; `names.py` makes its values, with the tenant in front."""

KEEPS_FOREVER, TIME_PER_ITEM = None, -1
"""Times to live: off, or on with what each item says in `ttl`."""


@dataclass(frozen=True, slots=True)
class Container:
    """A container: what one of its partitions holds, whether items expire, and which paths queries may filter by."""

    name: str
    one_partition: str
    default_ttl: int | None = KEEPS_FOREVER
    indexed: tuple[str, ...] = ()

    @property
    def indexing_policy(self) -> dict[str, Any]:
        """The policy as the service writes it: only what queries ask for is indexed, so that writes stay cheap."""
        paths = [f"/{PARTITION}/?", *self.indexed]
        return {
            "indexingMode": "consistent",
            "automatic": True,
            "includedPaths": [{"path": path} for path in paths],
            "excludedPaths": [{"path": "/*"}],
        }


BASES = Container("bases", "a tenant", indexed=("/base/?", "/access/[]/?"))
DOCUMENTS = Container("documents", "a tenant", indexed=("/base/?", "/document/?", "/updated_at/?"))
CALLS = Container(
    "calls",
    "one call: ports name it by its id alone",
    TIME_PER_ITEM,
    ("/pending/?", "/state/?", "/expires_at/?", "/reserved_at/?", "/user/?"),
)
ACCOUNTS = Container("accounts", "an account: everybody, a tenant or a user of a tenant", TIME_PER_ITEM)
WRITINGS = Container("writings", "a base of a tenant", indexed=("/chunks/[]/?",))
QUEUE = Container("queue", "a base of a tenant", indexed=("/place/?",))
EMBEDDINGS = Container("embeddings", "one text: the same for everybody who has it")
ANSWERS = Container("answers", "a base of a tenant", TIME_PER_ITEM)
MEASUREMENTS = Container("measurements", "an hour of every process", TIME_PER_ITEM, ("/minute/?",))
TALLY = Container("tally", "an account: a user, a model or a key that signs", TIME_PER_ITEM)
VERSIONS = Container("versions", "a base of a tenant")
PEOPLE = Container("people", "a tenant: its people, and which of them has which address", indexed=("/user/?",))
SERVICE_KEYS = Container("service_keys", "a tenant", indexed=("/key/?",))
AUDIT = Container("audit", "a tenant", indexed=("/entry/?",))
SESSIONS = Container("sessions", "a person", TIME_PER_ITEM, ("/session/?",))
CONVERSATIONS = Container("conversations", "a person", TIME_PER_ITEM, ("/place/?", "/thread/?", "/number/?"))
FEEDBACK = Container("feedback", "a tenant", TIME_PER_ITEM, ("/giver/?", "/conversation/?"))
RATEABLE_ANSWERS = Container("rateable_answers", "a person", TIME_PER_ITEM)
POPULAR = Container("popular", "a base of a tenant", TIME_PER_ITEM, ("/asked_at/?", "/user/?"))

CONTAINERS = (
    BASES,
    DOCUMENTS,
    CALLS,
    ACCOUNTS,
    WRITINGS,
    QUEUE,
    EMBEDDINGS,
    ANSWERS,
    MEASUREMENTS,
    TALLY,
    VERSIONS,
    PEOPLE,
    SESSIONS,
    AUDIT,
    SERVICE_KEYS,
    CONVERSATIONS,
    FEEDBACK,
    RATEABLE_ANSWERS,
    POPULAR,
)

CROSS_PARTITION = {
    "all bases": "timers compare every base of every tenant with its files, and with what was answered ahead",
    "bases that wait": "the extraction timer asks which bases have documents that wait, whoever owns them",
    "calls of a user": "whoever is exported or erased made calls that each stand for themselves",
    "calls of a span": "the reports and the usage sum up what was paid in a day, whoever made the calls",
    "questions of a user": "whoever is exported or erased asked questions of several bases",
    "unfinished calls": "the sweep ends the calls that expired or were left in the middle, whoever made them",
}
"""Every query that is sent to all partitions, with the reason why; no other is."""
