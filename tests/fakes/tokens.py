"""A token credential that signs in nowhere."""

from types import TracebackType
from typing import Any

from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

FOREVER = 4_102_444_800


class FixedToken:
    """Gives one token for every scope, or refuses; `scopes` keeps what was asked for."""

    def __init__(self, token: str | None) -> None:
        """Give the token; without one, refuse."""
        self.token, self.scopes = token, list[str]()

    async def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        """Return the token. Raises ClientAuthenticationError where there is none."""
        self.scopes += scopes
        if self.token is None:
            raise ClientAuthenticationError("no identity")
        return AccessToken(self.token, FOREVER)

    async def close(self) -> None:
        """Hold nothing, let go of nothing."""

    async def __aenter__(self) -> "FixedToken":
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        return None
