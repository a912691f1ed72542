"""Gets the servers and programs that tests start, and says which it could not get: `make parts`."""

import sys

from tests.parts.azurite import AZURITE
from tests.parts.chromium import AXE, CHROMIUM
from tests.parts.gremlin_server import GREMLIN_SERVER
from tests.parts.llm import LLM

PARTS = (AZURITE, GREMLIN_SERVER, CHROMIUM, AXE, LLM)


def main() -> None:
    """Get each part; one that is not to be had makes its tests skip, and is no error."""
    for part in PARTS:
        sys.stdout.write(f"{part.install()}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
