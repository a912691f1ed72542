"""Signs of life as JSON."""

from pydantic import BaseModel


class Health(BaseModel):
    """The process answers."""

    status: str
    version: str
    profile: str | None = None


class Readiness(BaseModel):
    """Each dependency's name with "ok" or what is wrong."""

    status: str
    dependencies: dict[str, str]
