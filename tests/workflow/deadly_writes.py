"""Lets a process die by SIGKILL before or after one of its writes: a commit, a new table, a rename, a removal."""

import itertools
import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from infra.local.sqlite import Database


class Doom:
    """Counts the writes of this process from 1 and ends it at the chosen one; 0 ends it at none."""

    def __init__(self, number: int, moment: str) -> None:
        """`moment` is `before` or `after`."""
        self._fatal = (number, moment)
        self._numbers = itertools.count(1)
        self.count = 0

    @contextmanager
    def write(self) -> Iterator[Callable[[], None]]:
        """Surround one write; the block calls what it is given right before the write becomes visible."""
        number = self.count = next(self._numbers)
        yield lambda: self._strike(number, "before")
        self._strike(number, "after")

    def _strike(self, number: int, moment: str) -> None:
        if (number, moment) == self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)


def arrange(doom: Doom) -> None:
    """Pass every write of this process through the doom."""
    arrange_commits(doom)
    for name in ("replace", "unlink"):
        setattr(os, name, deadly(getattr(os, name), doom))


def arrange_commits(doom: Doom) -> None:
    """Pass the commits and the schemas of every SQLite file through the doom."""
    transaction, create = Database.transaction, Database.create

    @contextmanager
    def deadly_transaction(self: Database) -> Iterator[sqlite3.Connection]:
        with doom.write() as about_to_commit, transaction(self) as connection:
            yield connection
            about_to_commit()

    Database.transaction = deadly_transaction  # type: ignore[method-assign, assignment]
    Database.create = deadly(create, doom)  # type: ignore[method-assign]


def deadly(work: Callable[..., Any], doom: Doom) -> Callable[..., Any]:
    """Return work that passes through the doom."""

    def write(*arguments: Any, **named: Any) -> Any:
        with doom.write() as about_to_work:
            about_to_work()
            return work(*arguments, **named)

    return write
