"""Answers each prompt of each system in the format that the prompt asks for."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.peers.answer import ANSWER
from tests.peers.findings import Findings, found, found_later
from tests.peers.packs import SIGN, rows

FINDING = (
    "The entities of this community are named close to each other throughout the text, and what is said about one "
    "of them bears on the next. The relations between them rest on passages that quote them side by side, so that "
    "the community holds together by more than one thread. Whoever asks about one of them will want to hear of the "
    "others as well, because the text seldom tells of one alone."
)
"""About 95 tokens: five of them make a report of the length that models write."""


@dataclass(frozen=True)
class Reply:
    """The kind of a call and the text that answers it."""

    kind: str
    text: str


def reply(messages: Sequence[str]) -> Reply:
    """Answer the last of the messages; everything that is no step of indexing is a question."""
    last = messages[-1]
    for kind, sign, write in KINDS:
        if sign in last:
            return Reply(kind, write(messages))
    return Reply("points", points()) if POINTS in messages[0] else Reply("answer", ANSWER)


def angle_tuples(findings: Findings) -> str:
    """Write what graphrag and nano-graphrag read: `("entity"<|>NAME<|>TYPE<|>text)##...<|COMPLETE|>`."""
    records = [f'("entity"<|>{each.name}<|>person<|>{each.description})' for each in findings.entities]
    records += [
        f'("relationship"<|>{each.source.name}<|>{each.target.name}<|>{each.description}<|>7)'
        for each in findings.relations
    ]
    return "##\n".join(records) + "<|COMPLETE|>"


def lines(findings: Findings) -> str:
    """Write what LightRAG reads: `entity<|#|>name<|#|>type<|#|>text` and a last line `<|COMPLETE|>`."""
    records = [f"entity<|#|>{each.name}<|#|>Person<|#|>{each.description}" for each in findings.entities]
    records += [
        f"relation<|#|>{each.source.name}<|#|>{each.target.name}<|#|>mention, neighbour<|#|>{each.description}"
        for each in findings.relations
    ]
    return "\n".join([*records, "<|COMPLETE|>"])


def tupled_text(message: str) -> str:
    """Return the document text of a prompt of graphrag or nano-graphrag: the last `Text:` before the rule."""
    return message.rpartition("\nText: ")[2].partition("\n######################")[0]


def fenced_text(message: str) -> str:
    """Return the document text of a prompt of LightRAG, which stands in a fence."""
    return message.rpartition("---Input Text---\n```\n")[2].rpartition("\n```")[0]


def first_with(messages: Sequence[str], sign: str) -> str:
    """Return the message of a conversation that holds the text."""
    return next(each for each in messages if sign in each)


def report() -> str:
    """Write a community report of five findings."""
    findings = [{"summary": f"Finding {number}", "explanation": FINDING} for number in range(1, 6)]
    text = {"title": "A community", "summary": ANSWER, "rating": 5.0, "rating_explanation": "Often named."}
    return json.dumps({**text, "findings": findings})


def points() -> str:
    """Write what a global question asks of each batch of reports."""
    return json.dumps({"points": [{"description": ANSWER, "score": 80 - place} for place in range(3)]})


def keywords(message: str) -> str:
    """Write the keywords of a question: its names, and what it asks about them."""
    question = message.rpartition("User Query: ")[2].partition("\n")[0]
    words = re.findall(r"\w{4,}", question)
    names = list(dict.fromkeys(word for word in words if word[0].isupper())) or words
    return json.dumps({"high_level_keywords": [f"relationship of {', '.join(names)}"], "low_level_keywords": names})


Writer = Callable[[Sequence[str]], str]

KINDS: tuple[tuple[str, str, Writer], ...] = (
    (
        "extract again",
        "were missed in the last extraction",
        lambda said: angle_tuples(found_later(tupled_text(first_with(said, "-Real Data-")))),
    ),
    (
        "extract again",
        "Based on the last extraction task",
        lambda said: lines(found_later(fenced_text(first_with(said, "---Input Text---\n```\n")))),
    ),
    (
        "extract",
        "-Real Data-\n######################\nEntity_types:",
        lambda said: angle_tuples(found(tupled_text(said[-1]))),
    ),
    ("extract", "---Input Text---\n```\n", lambda said: lines(found(fenced_text(said[-1])))),
    ("extract", SIGN, lambda said: rows(said[-1])),
    ("summarize", "Description List:", lambda _: ANSWER),
    ("report", "- DETAILED FINDINGS:", lambda _: report()),
    ("keywords", "high_level_keywords", lambda said: keywords(said[-1])),
)
"""The sign of a prompt stands in the last message."""

POINTS = '"points": ['
"""Stands in the instructions; the last message is then the question alone."""
