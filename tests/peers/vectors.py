"""Embeddings without a model: a fixed vector per word, so that texts which share words lie near each other."""

import re
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 1536


def vector(text: str) -> NDArray[np.float32]:
    """Return a vector of unit length, the same for the same words of four letters or more."""
    words = re.findall(r"\w{4,}", text.lower()) or [text.strip().lower()]
    total = np.sum([of_word(word) for word in words], axis=0)
    return np.asarray(total / np.linalg.norm(total), np.float32)


@lru_cache(maxsize=20_000)
def of_word(word: str) -> NDArray[np.float32]:
    """Return the vector of a word."""
    return np.random.default_rng(crc32(word.encode())).standard_normal(DIMENSIONS, np.float32)
