"""Chunks on their way between two steps."""

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.documents import Chunk
from shared.ingestion.staging import chunks_from_json, chunks_to_json

TEXT = st.text(st.characters(), max_size=30)
CHUNKS = st.lists(
    st.builds(
        Chunk, id=TEXT, document_id=TEXT, ordinal=st.integers(0), title=TEXT, heading_path=st.lists(TEXT).map(tuple),
        text=TEXT, page=st.integers(1), start=st.integers(0), end=st.integers(0),
    )
)  # fmt: skip


@given(chunks=CHUNKS)
def test_chunks_come_back_as_they_were_lone_surrogates_included(chunks: list[Chunk]) -> None:
    assert chunks_from_json(chunks_to_json(chunks)) == chunks


def test_no_chunks_are_no_chunks() -> None:
    assert chunks_from_json(chunks_to_json([])) == []
