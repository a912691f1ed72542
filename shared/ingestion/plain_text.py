"""The one text that offsets of chunks count in."""

from collections.abc import Iterator

from shared.domain.documents import Block, ParsedDocument

BETWEEN_BLOCKS = "\n\n"


def plain_text(parsed: ParsedDocument) -> str:
    """Join the blocks by a blank line."""
    return BETWEEN_BLOCKS.join(block.text for block in parsed.blocks)


def placed_blocks(parsed: ParsedDocument) -> Iterator[tuple[int, Block]]:
    """Yield each block with its offset in the plain text."""
    start = 0
    for block in parsed.blocks:
        yield start, block
        start += len(block.text) + len(BETWEEN_BLOCKS)
