"""Fetches a document from where an address on the web says it is."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class WebFile:
    """What an address leads to: the name that a document gets from it, and its bytes as they come in."""

    name: str
    content: AsyncIterator[bytes]


class WebFiles(Protocol):
    """Reads from the hosts that the operator allows, and from nowhere else."""

    def opened(self, address: str) -> AbstractAsyncContextManager[WebFile]:
        """Fetch a file. Raises AccessDenied for an address that may not be read, BadRequest for one that is none.

        Raises DocumentUnreadable where it leads to no document, TooLarge, or Unavailable; the content raises the same.
        """
        ...
