"""Several keys under their ids, of which any is good for checking, while they are rotated."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic

from infra.keys import Key
from shared.domain.errors import BadSetting

SHORTEST_KEY = 32
"""Bytes of a key; RFC 7518 asks for as many as the hash has."""

BETWEEN_LOOKS = 30.0
"""Seconds before an unknown key id makes the keys be looked up again, so that forged ids cost nothing."""


@dataclass
class KeyRing:
    """The keys of a setting: a text of `KID:KEY` with blanks between, oldest first, or what looks one up."""

    setting: str
    keys: Key
    clock: Callable[[], float] = monotonic
    _looked_at: float = float("-inf")

    async def newest(self) -> tuple[str, str]:
        """Return the id and the key that sign. Raises BadSetting or StoreUnavailable where there is none."""
        return list((await self._present()).items())[-1]

    async def key(self, kid: object) -> str | None:
        """Return the key of an id, or None; one that is not known may have been added meanwhile."""
        if not isinstance(kid, str):
            return None
        found = (await self._present()).get(kid)
        if found is None and not isinstance(self.keys, str) and self.clock() - self._looked_at >= BETWEEN_LOOKS:
            self._looked_at = self.clock()
            self.keys.refused()
            found = (await self._present()).get(kid)
        return found

    async def _present(self) -> Mapping[str, str]:
        return keys_of(self.keys if isinstance(self.keys, str) else await self.keys(), self.setting)


def keys_of(text: str, setting: str) -> dict[str, str]:
    """Read `KID:KEY KID:KEY`, oldest first. Raises BadSetting, which shows nothing of the keys."""
    pairs = [pair.partition(":") for pair in text.split()]
    if not pairs or any(not kid or len(key.encode()) < SHORTEST_KEY for kid, _, key in pairs):
        raise BadSetting(f"{setting} must be KID:KEY, or several with blanks between, of {SHORTEST_KEY} bytes each")
    return {kid: key for kid, _, key in pairs}
