"""Keeps a second process from running the durable runs of a data folder."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.domain.errors import BadSetting

LOCK = "host.lock"
"""The file that is locked; nothing is ever written into it."""


@contextmanager
def only_host(folder: Path) -> Iterator[None]:
    """Hold the folder while the block runs; the system lets go of it when the process dies. Raises BadSetting.

    A transaction on a file of its own is the one lock that SQLite offers alike on every system.
    """
    connection = sqlite3.connect(folder / LOCK, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        connection.close()
        raise BadSetting(f"the data folder {folder} is in use by another host ({error})") from None
    except sqlite3.DatabaseError as error:
        connection.close()
        raise BadSetting(f"{folder / LOCK} cannot be locked and may be deleted ({error})") from None
    try:
        yield
    finally:
        connection.close()
