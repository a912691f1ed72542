"""How many heaps the C library keeps for a process of many threads."""

import subprocess
import sys

import pytest

from infra.local.host.allocator import ARENAS

SCRIPT = """
import ctypes, sys, threading
from infra.local.host.allocator import share_heaps

if sys.argv[1] == "shared":
    share_heaps()
together = threading.Barrier(9)

def allocate():
    together.wait()
    kept = bytearray(10_000)
    together.wait()

for _ in range(8):
    threading.Thread(target=allocate).start()
together.wait()
together.wait()
library = ctypes.CDLL(None)
library.fdopen.restype = ctypes.c_void_p
stream = ctypes.c_void_p(library.fdopen(1, b"w"))
library.malloc_info(0, stream)
library.fflush(stream)
"""


def heaps(how: str) -> int:
    child = subprocess.run([sys.executable, "-c", SCRIPT, how], capture_output=True, check=True)
    return child.stdout.count(b"<heap nr=")


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc has arenas")
def test_threads_share_a_few_heaps_where_each_would_have_its_own() -> None:
    assert heaps("own") > ARENAS
    assert heaps("shared") <= ARENAS
