"""Read one chunk into what it adds to the graph."""

from shared.domain.documents import Chunk
from shared.domain.graph import Contribution
from shared.graph.gazetteer import Gazetteer


def extract(chunk: Chunk, headings: Gazetteer) -> Contribution:
    """Return the mentions, relations and aliases of a chunk; the same chunk and headings give the same contribution.

    Offsets count characters of the chunk's text. A relation's confidence is 0.6 to 0.9 where a wording states it and
    0.2 to 0.5 where two names only stand in one sentence.
    """
    # The patterns of both languages take 60 ms to compile; a process that only answers never needs them.
    from shared.graph.aliases import aliases
    from shared.graph.entities import mentions
    from shared.graph.relations import relations
    from shared.text.sentences import sentences

    spans = sentences(chunk.text)
    found = mentions(chunk, headings, spans)
    in_text = [each for each in found if each.end > 0]
    return Contribution(
        chunk.id,
        chunk.document_id,
        tuple(found),
        tuple(relations(chunk.text, in_text, spans)),
        tuple(aliases(chunk.text, in_text)),
    )
