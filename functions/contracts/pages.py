"""How lists are asked for."""

from pydantic import BaseModel, Field


class PageQuery(BaseModel):
    """Which page of a list: `after` is the `next` of the page before."""

    limit: int = Field(50, ge=1, le=200)
    after: str = Field("", max_length=200)
