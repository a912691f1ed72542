"""Which model does which work: as the settings say, or as somebody who runs the house has chosen since."""

import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic

from shared.domain.access import Principal
from shared.domain.errors import AccessDenied, BadRequest, NotFound, StoreUnavailable
from shared.ports.files import Files

SECONDS_BELIEVED = 3.0
"""How long a process believes what it read: so late may it hear of a choice that another one took down."""

MOST_BYTES = 1_000
"""Of a file that holds a choice; what is longer was not written here."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ModelChoice:
    """Choices by role of work, kept among the files, where every process of the house reads them.

    `models` are the names that each role may choose from, the one of the settings first; they are the tenant's that
    runs the house. `clock` reads seconds.
    """

    files: Files
    home_tenant: str
    models: Mapping[str, Sequence[str]]
    clock: Callable[[], float] = monotonic
    _read: dict[str, tuple[float, str]] = field(default_factory=dict, compare=False)

    async def current(self, role: str) -> str:
        """Return the name of the model that does a role's work now; where the store is away, the one known last."""
        read_at, known = self._read.get(role, (None, self.models[role][0]))
        if read_at is not None and self.clock() - read_at < SECONDS_BELIEVED:
            return known
        try:
            known = await self._kept(role)
        except StoreUnavailable as error:
            logger.warning("the choice of the model for %s was not read: %s", role, error.message)
        self._read[role] = self.clock(), known
        return known

    async def choices(self) -> dict[str, str]:
        """Return the present model of each role."""
        return {role: await self.current(role) for role in self.models}

    def check(self, principal: Principal, role: str, model: str) -> None:
        """Raise AccessDenied for another tenant, NotFound for a role or BadRequest for a model that are not there."""
        if principal.tenant != self.home_tenant:
            raise AccessDenied("the models are chosen by the tenant that runs the house")
        if role not in self.models:
            raise NotFound(f"there is no model for {role!r}; choose one of {', '.join(self.models)}")
        if model not in self.models[role]:
            raise BadRequest(f"{model!r} is not set up for {role}; choose one of {', '.join(self.models[role])}")

    async def switch(self, principal: Principal, role: str, model: str) -> None:
        """Let a model do a role's work from now on. Raises like `check`, and StoreUnavailable."""
        self.check(principal, role, model)
        await self.files.write(path(role), whole(json.dumps({"model": model}).encode()))
        self._read[role] = self.clock(), model

    async def _kept(self, role: str) -> str:
        try:
            content = (await self.files.read(path(role))).content
        except NotFound:
            return self.models[role][0]
        chosen = named(content)
        # A model that is not set up any more cannot be asked; the settings are newer than the choice.
        return chosen if chosen in self.models[role] else self.models[role][0]


def path(role: str) -> str:
    """Name the file of a role's choice."""
    return f"models/choices/{role}.json"


def named(content: bytes) -> str:
    """Return the model that a file names, empty where it names none."""
    try:
        written = json.loads(content[:MOST_BYTES])
    except ValueError:
        return ""
    return str(written.get("model", "")) if isinstance(written, dict) else ""


async def whole(content: bytes) -> AsyncIterator[bytes]:
    """Give a content in one piece."""
    yield content
