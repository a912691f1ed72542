"""The settings of the local host."""

import json
from dataclasses import dataclass
from pathlib import Path

from shared.domain.errors import BadSetting

AZURE_ROUTE_PREFIX = "api"
"""What the Functions host puts before every route where host.json says nothing."""


@dataclass(frozen=True)
class HostSettings:
    """`documents_folder` is the container of the blob triggers; the file of `runs_database` is made where missing."""

    port: int
    documents_folder: Path
    runs_database: Path
    route_prefix: str = ""
    # A file is handed over once it looked the same in two scans, so this is also how long it has to rest.
    scan_seconds: float = 0.5
    # How long running requests and activities may take to end once the host was told to stop.
    drain_seconds: float = 10
    maximum_activities: int = 16

    @property
    def memory_database(self) -> Path:
        """The file in which the host remembers what it handed over and which timers are due."""
        return self.runs_database.with_name(f"{self.runs_database.stem}_triggers.db")


def route_prefix_of(host_file: Path) -> str:
    """Read the route prefix from a host.json. Raises BadSetting where the file cannot be read."""
    try:
        settings = json.loads(host_file.read_text(encoding="utf-8"))
        prefix = settings.get("extensions", {}).get("http", {}).get("routePrefix", AZURE_ROUTE_PREFIX)
    except (OSError, ValueError, AttributeError) as error:
        raise BadSetting(f"{host_file.name} cannot be read: {error}") from error
    return str(prefix)
