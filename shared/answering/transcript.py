"""Write a conversation as Markdown."""

import re
from collections.abc import Iterable, Iterator

from shared.domain.answers import Citation
from shared.domain.conversations import Conversation, ReadMessage

MARKS = re.compile(r"([\\`*_\[\]<>#|~])")
"""What Markdown would take for more than text."""

UNNAMED = "Conversation"


def transcript(conversation: Conversation, messages: Iterable[ReadMessage]) -> str:
    """Return the page: questions as quotations, answers as they were written, each with its sources behind it."""
    blocks = [f"# {plain(conversation.title) or UNNAMED}"]
    for each in messages:
        blocks += written(each)
    return "\n\n".join(blocks) + "\n"


def written(read: ReadMessage) -> Iterator[str]:
    """Write one message."""
    message = read.message
    yield f"## {message.number}. {message.role}, {message.at:%Y-%m-%d %H:%M} UTC"
    if message.role == "user":
        yield "\n".join(f"> {line}" for line in message.text.splitlines())
        return
    yield message.text
    if read.citations:
        yield "\n".join(source(each) for each in read.citations)
    notes = [message.model, f"${message.cost.usd:.6f}"] if message.is_whole else ["stopped"]
    if read.hidden:
        notes.append(f"sources that cannot be read any more: {read.hidden}")
    yield f"*{plain(' · '.join(notes))}*"


def source(citation: Citation) -> str:
    """Write a source under the number that the answer cites it by."""
    hit = citation.hit
    return f"- \\[{citation.number}\\] {plain(hit.document_name)}, p. {hit.chunk.page}: {plain(citation.quote)}"


def plain(text: str) -> str:
    """Return a text in one line in which no mark of Markdown means anything."""
    return MARKS.sub(r"\\\1", " ".join(text.split()))
