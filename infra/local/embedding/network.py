"""Has the quantised network built once, by a child process.

The child gives its memory back to the machine when it ends; the weights alone take 90 MB as float32.
"""

import subprocess
import sys
from pathlib import Path

from infra.local.embedding.weights import check_weights
from shared.domain.errors import StoreUnavailable

ROOT = Path(__file__).parents[3]
"""The folder that holds the package `infra`: a checkout, or the site's packages."""

BUILD_SECONDS = 300


def build_in_child(tensors: Path, target: Path) -> None:
    """Have a child process build. Raises BadSetting for wrong weights, StoreUnavailable where the build fails."""
    check_weights(tensors)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "infra.local.embedding.build", str(tensors.resolve()), str(target.resolve())]
        child = subprocess.run(  # noqa: S603 - the command is ours
            command, cwd=ROOT, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StoreUnavailable(f"the embedder could not be built: {error}") from error
    if child.returncode:
        raise StoreUnavailable(f"the embedder could not be built: {child.stderr.strip()[-500:]}")
