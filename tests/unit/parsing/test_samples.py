"""The sample documents of the repository are read with their structure."""

from pathlib import Path

import pytest

from infra.local.parsing.parser import LocalParser
from shared.domain.documents import BlockKind

SAMPLES = Path(__file__).parents[3] / "samples" / "company"


@pytest.mark.parametrize("file", sorted(SAMPLES.iterdir()), ids=lambda file: file.name)
def test_every_sample_document_is_read_with_its_structure(file: Path) -> None:
    parsed = LocalParser().read(file.name, file.read_bytes())
    assert sum(len(block.text) for block in parsed.blocks) > 1000
    assert any(block.kind is not BlockKind.PARAGRAPH for block in parsed.blocks)
    assert not any("\N{REPLACEMENT CHARACTER}" in block.text for block in parsed.blocks)
