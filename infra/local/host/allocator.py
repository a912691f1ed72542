"""How the C library hands out memory in a process of many threads."""

import ctypes
import sys

ARENAS = 2
"""Heaps that all threads share; as many as the processors of a small machine."""

M_ARENA_MAX = -8
"""The parameter's number in glibc's malloc.h."""


def share_heaps() -> None:
    """Keep glibc from giving most threads a heap of their own, of which each keeps a megabyte; elsewhere do nothing."""
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "mallopt"):
        library.mallopt(M_ARENA_MAX, ARENAS)
