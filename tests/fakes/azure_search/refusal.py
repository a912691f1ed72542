"""What the stand-in answers instead of doing what it was asked."""


class Refusal(Exception):
    """A request that the service would not take: a status and a reason."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers or {}
