"""What keeps something of a person."""

from typing import Protocol

from shared.domain.conversations import Owner


class Erasable(Protocol):
    """A store of what belongs to people; the services' list of them stands in `shared/services/personal_traces.py`."""

    async def erase(self, owner: Owner) -> None:
        """Forget everything that belongs to an owner; nothing is no error."""
        ...
