"""The adapter of the port Embedder that needs no service: all-MiniLM-L6-v2 in int8 on the processor."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from infra.local.embedding.network import build_in_child
from infra.local.embedding.weights import installed_weights
from shared.domain.errors import ModelUnavailable
from shared.domain.vectors import Vectors

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

Result = TypeVar("Result")

NAME = "all-MiniLM-L6-v2/int8-per-channel/1"
"""Model, quantisation, and the version of how this package builds and runs it."""

DIMENSIONS = 384
LONGEST = 256
"""Tokens of a text that are read, as the model's authors set it; the rest is cut off."""

BATCH_TOKENS = 1024
"""Tokens of a batch, padding included: larger ones leave the processor's cache and are slower."""

TOKENIZED_AT_ONCE = 256
"""Texts that are sorted by length together."""


class MiniLmEmbedder:
    """Embeds English well, other languages by the words they share with it.

    Nothing is loaded before the first text; the network is built then, if this cache has none yet.
    """

    def __init__(self, cache: Path, threads: int = 2) -> None:
        """`cache` is the folder the built network is kept in; `threads` bounds the processors used."""
        self._network = cache / f"{NAME.replace('/', '-')}.onnx"
        self._threads = threads
        # One worker: two batches at once would only take turns on the processor, and twice the memory.
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedder")
        self._loaded: tuple[Tokenizer, InferenceSession] | None = None

    @property
    def name(self) -> str:
        """Changes whenever the same text would get another vector."""
        return NAME

    @property
    def dimensions(self) -> int:
        """Length of each vector."""
        return DIMENSIONS

    async def ping(self) -> None:
        """Load the network where it is not loaded yet. Raises BadSetting, StoreUnavailable or ModelUnavailable."""
        await self._run(self._load)

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts in order, shape (texts, 384). Raises BadSetting, StoreUnavailable or ModelUnavailable.

        Every batch is a job of its own, so that a question does not wait for a whole book before it.
        """
        import numpy as np

        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        for start in range(0, len(texts), TOKENIZED_AT_ONCE):
            some = texts[start : start + TOKENIZED_AT_ONCE]
            tokens = await self._run(lambda some=some: self._tokenize(some))  # type: ignore[misc]
            for batch in batches([len(each) for each in tokens]):
                rows = await self._run(lambda batch=batch, tokens=tokens: self._embed([tokens[row] for row in batch]))  # type: ignore[misc]
                vectors[[start + row for row in batch]] = rows
        return vectors

    def close(self) -> None:
        """End the worker and let go of the network."""
        self._worker.shutdown(wait=True)
        self._loaded = None

    async def _run(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._worker, work)

    def _tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        tokenizer, _ = self._load()
        # Half a character cannot be passed to the tokenizer, which holds UTF-8.
        whole = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        return [encoding.ids for encoding in tokenizer.encode_batch_fast(whole)]

    def _embed(self, tokens: Sequence[Sequence[int]]) -> Any:
        import numpy as np

        _, session = self._load()
        ids = np.zeros((len(tokens), max(map(len, tokens))), np.int64)
        mask = np.zeros_like(ids)
        for row, each in enumerate(tokens):
            ids[row, : len(each)] = each
            mask[row, : len(each)] = 1
        try:
            return session.run(["embeddings"], {"input_ids": ids, "attention_mask": mask})[0]
        except Exception as error:  # the runtime's own errors share no base class
            raise ModelUnavailable(f"the embedder failed: {error}") from error

    def _load(self) -> "tuple[Tokenizer, InferenceSession]":
        if self._loaded is None:
            weights = installed_weights()
            if not self._network.is_file():
                build_in_child(weights.tensors, self._network)
            self._loaded = (_tokenizer(weights.tokenizer), _session(self._network, self._threads))
        return self._loaded


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield rows of like length together, so that little of a batch is padding."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lambda row: lengths[row]):
        if batch and lengths[row] * (len(batch) + 1) > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _tokenizer(file: Path) -> "Tokenizer":
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    return tokenizer


def _session(network: Path, threads: int) -> "InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    # An arena keeps the memory of the largest batch for good, and spinning threads burn time that others need.
    options.enable_cpu_mem_arena = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime's own errors share no base class
        network.unlink(missing_ok=True)  # the next call builds it anew
        raise ModelUnavailable(f"the built embedder could not be loaded and was removed: {error}") from error
