"""What the parser of one format hands over: blocks as they were found, before they are cleaned and counted."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.domain.documents import Block


@dataclass(frozen=True, slots=True)
class Draft:
    """Blocks in reading order, the title the file gives itself (or ""), and its pages."""

    blocks: Sequence[Block]
    title: str = ""
    pages: int = 1
