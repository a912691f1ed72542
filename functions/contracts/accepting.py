"""The way every body of the API treats fields that it does not know."""

from pydantic import BaseModel, ConfigDict


class Accepting(BaseModel):
    """A body whose unknown fields are ignored, and named in the answer's X-Ignored-Fields header."""

    model_config = ConfigDict(extra="allow")
