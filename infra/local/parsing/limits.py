"""How much of a file the parsers take on before they say no."""

from dataclasses import dataclass

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that keep a hostile or huge file from filling the memory.

    `characters` is about forty books. `unpacked_bytes`, `entries` and `ratio` bound Office files, which are zip
    archives: real ones shrink by a factor of 3 to 30; `ratio` counts above `ratio_free_bytes`, since tiny files
    may shrink more without harm. `part_bytes` bounds one XML part, which takes about ten times its size as a tree.
    """

    bytes: int = 100 * MEBIBYTE
    characters: int = 10_000_000
    pages: int = 5_000
    unpacked_bytes: int = 256 * MEBIBYTE
    part_bytes: int = 48 * MEBIBYTE
    entries: int = 10_000
    ratio: int = 100
    ratio_free_bytes: int = 4 * MEBIBYTE


DEFAULT_LIMITS = Limits()
