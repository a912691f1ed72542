"""Builds the quantised network once: `python -m infra.local.embedding.build WEIGHTS TARGET`, in a process of its own.

The child process gives its memory back to the machine when it ends; the weights alone take 90 MB as float32.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.local.embedding.weights import check_weights
from shared.domain.errors import StoreUnavailable

ROOT = Path(__file__).parents[3]
"""The folder that holds the package `infra`: a checkout, or the site's packages."""

BUILD_SECONDS = 300


def build(tensors: Path, target: Path) -> None:
    """Write the network in int8 to a file, whole or not at all."""
    from onnx import TensorProto, save
    from onnxruntime.quantization import QuantType, quantize_dynamic

    from infra.local.embedding.graph import build_graph

    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".building-") as folder:
        exact, quantised = Path(folder, "exact.onnx"), Path(folder, "quantised.onnx")
        save(build_graph(tensors), exact)
        quantize_dynamic(
            exact,
            quantised,
            per_channel=True,  # one scale per column: cosine to the exact network 0.993 in the mean, 0.945 without
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gather", "Attention"],
            extra_options={"DefaultTensorType": TensorProto.FLOAT},
        )
        os.replace(quantised, target)


def build_in_child(tensors: Path, target: Path) -> None:
    """Have a child process build. Raises BadSetting for wrong weights, StoreUnavailable where the build fails."""
    check_weights(tensors)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "infra.local.embedding.build", str(tensors), str(target)]
        child = subprocess.run(  # noqa: S603 - the command is ours
            command, cwd=ROOT, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StoreUnavailable(f"the embedder could not be built: {error}") from error
    if child.returncode:
        raise StoreUnavailable(f"the embedder could not be built: {child.stderr.strip()[-500:]}")


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
