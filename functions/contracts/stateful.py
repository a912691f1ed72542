"""Things that may be changed where they are in a known state."""

from pydantic import BaseModel


class Stateful(BaseModel):
    """An answer whose `etag` names the thing's present state; it stands in the header ETag too, for If-Match."""

    etag: str
