"""Conversations as Markdown."""

from datetime import UTC, datetime

from markdown_it import MarkdownIt

from shared.answering.transcript import transcript
from shared.domain.answers import Citation, Hit
from shared.domain.conversations import Conversation, Message, Owner, ReadMessage
from shared.domain.documents import Chunk
from shared.domain.money import Money

AT = datetime(2026, 11, 26, 5, 30, tzinfo=UTC)
HOSTILE = "a*b [x](javascript:alert(1)) <script>\n# no heading"


def read(number: int, role: str, text: str, hidden: int = 0, is_whole: bool = True) -> ReadMessage:
    chunk = Chunk("c", "d", 0, "t", (), "The lamp burns oil.", 3, 0, 19)
    citations = (Citation(1, Hit(chunk, HOSTILE, 1.0), "The lamp burns oil."),) if role == "assistant" else ()
    message = Message(number, role, text, AT, AT, "lights", model="small", cost=Money(120_000), is_whole=is_whole)
    return ReadMessage(message, citations, hidden)


def page(title: str, *messages: ReadMessage) -> str:
    return transcript(Conversation(Owner("t", "u"), "id", "lights", title, AT, AT, AT), messages)


def test_a_page_holds_questions_answers_sources_and_costs() -> None:
    text = page("Lamps", read(1, "user", "What burns?\nAnd why?"), read(2, "assistant", "Oil. [1]", hidden=2))
    assert text.startswith(
        "# Lamps\n\n## 1. user, 2026-11-26 05:30 UTC\n\n> What burns?\n> And why?\n\n## 2. assistant"
    )
    assert "Oil. [1]\n\n- \\[1\\] a" in text
    assert "p. 3: The lamp burns oil." in text
    assert text.endswith("*small · $0.000120 · sources that cannot be read any more: 2*\n")


def test_names_and_titles_are_text_and_nothing_else() -> None:
    html = MarkdownIt().render(page(HOSTILE, read(2, "assistant", "Oil.")))
    assert "<script>" not in html
    assert "href" not in html
    assert html.count("<h1>") == 1


def test_an_answer_that_was_stopped_says_so_and_a_page_without_a_title_has_one() -> None:
    text = page("", read(2, "assistant", "Oi", is_whole=False))
    assert text.startswith("# Conversation\n")
    assert text.endswith("*stopped*\n")
