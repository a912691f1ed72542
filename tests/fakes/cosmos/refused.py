"""The error of the stand-in."""


class Refused(Exception):
    """The service refuses a request with this status, for this reason."""

    def __init__(self, status: int, reason: str, substatus: int = 0) -> None:
        super().__init__(reason)
        self.status, self.reason, self.substatus = status, reason, substatus
