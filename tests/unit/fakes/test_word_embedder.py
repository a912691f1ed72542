"""The embedder for tests."""

import numpy as np

from tests.fakes.word_embedder import WordEmbedder


async def test_texts_are_as_near_as_they_share_words() -> None:
    vectors = await WordEmbedder().embed(["the harbour crane", "harbour crane works", "soup at nine", ""])
    near = vectors @ vectors[0]
    assert near[0] > near[1] > near[2]
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-6)
