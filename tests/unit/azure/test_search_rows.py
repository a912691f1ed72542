"""How vectors are written for the search service."""

import json

import numpy as np
import pytest

from infra.azure.search.rows import DECIMALS, ROWS_AT_ONCE, written_vectors
from shared.domain.errors import BadRequest


@pytest.mark.parametrize("count", [0, 1, ROWS_AT_ONCE, ROWS_AT_ONCE + 1])
@pytest.mark.parametrize("dimensions", [2, 384, 4096])
def test_a_vector_is_as_exact_as_the_copy_that_is_kept(count: int, dimensions: int) -> None:
    vectors = np.random.default_rng(7).standard_normal((count, dimensions), np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    written = [json.loads(each) for each in written_vectors(vectors)]
    assert len(written) == count
    assert np.allclose(np.array(written).reshape(vectors.shape), vectors, rtol=0, atol=0.51 * 10**-DECIMALS)


@pytest.mark.parametrize("number", [1.0, -1.0, 0.0, -0.0, 1e-9, -1e-9, 0.123456, 1.000004, -1.000004])
def test_a_number_is_json_whatever_its_sign_and_its_size(number: float) -> None:
    (written,) = written_vectors(np.array([[number, 0.0]], np.float32))
    assert json.loads(written) == pytest.approx([max(-1.0, min(1.0, round(number, DECIMALS))), 0.0])


@pytest.mark.parametrize("number", [1.00001, -1.1, float("nan"), float("inf")])
def test_a_vector_that_is_longer_than_one_is_refused(number: float) -> None:
    with pytest.raises(BadRequest, match="unit length"):
        [*written_vectors(np.array([[number, 0.0]], np.float32))]


def test_vectors_without_numbers_are_not_written() -> None:
    assert [*written_vectors(np.zeros((2, 0), np.float32))] == [b"", b""]
