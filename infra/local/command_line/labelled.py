"""Read labelled sets: documents, questions about them, and what of the documents answers each."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from infra.local.command_line.uploading import Source
from shared.domain.errors import BadRequest

COMPANY = "company"
"""The folder beside a set of quotes that holds its documents."""


@dataclass(frozen=True, slots=True)
class Gold:
    """What answers a question: a document, or with a quote every chunk of it that holds the quote."""

    document: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question, its language and type as one word each or "", what answers it, and the parts of the answer."""

    question: str
    gold: tuple[Gold, ...]
    answers: tuple[str, ...]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Documents as files, and questions about them; `by_chunk` says that hits are counted as chunks."""

    name: str
    sources: tuple[Source, ...]
    questions: tuple[Labelled, ...]
    by_chunk: bool


def labelled_set(path: Path, folder: Path) -> LabelledSet:
    """Read a labelled set, writing its passages into a folder. Raises BadRequest where the file is not one.

    `{"passages": [[title, text], ...], "questions": [{"question", "gold": [passage indexes], "answer"}]}` or, over the
    documents of the folder `company` beside the file, `{"questions": [{"question", "gold": [{"document", "quote"}],
    "answer", "type", "language"}]}`.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return over_passages(path.stem, content, folder) if "passages" in content else over_documents(path, content)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadRequest(f"{path} is no labelled set: {error}") from None


def over_passages(name: str, content: Mapping[str, Any], folder: Path) -> LabelledSet:
    """Write each passage as a page of its own; a question is answered by pages."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = []
    for number, (title, text) in enumerate(content["passages"]):
        path = folder / page(name, number)
        heading = escape(str(title))
        path.write_text(f"<title>{heading}</title><h1>{heading}</h1><p>{escape(str(text))}</p>", encoding="utf-8")
        sources.append(Source(path, path.name))
    questions = [
        Labelled(
            each["question"],
            tuple(Gold(page(name, int(number))) for number in each["gold"]),
            parts(each, divided=False),
        )
        for each in content["questions"]
    ]
    return LabelledSet(name, tuple(sources), tuple(questions), by_chunk=False)


def page(name: str, number: int) -> str:
    """Name the page of a passage; sets that are read into one base do not meet."""
    return f"{name}-{number:06d}.html"


def over_documents(path: Path, content: Mapping[str, Any]) -> LabelledSet:
    """Take the documents as they are; a question is answered by the chunks that hold its quotes."""
    sources = [Source(file, file.name) for file in sorted((path.parent / COMPANY).iterdir())]
    known = {source.name for source in sources}
    questions = []
    for each in content["questions"]:
        gold = tuple(Gold(str(quoted["document"]), str(quoted["quote"])) for quoted in each["gold"])
        if strange := {quoted.document for quoted in gold} - known:
            raise ValueError(f"there is no document {strange.pop()!r}")
        kind = f"{each.get('language', '')} {each.get('type', '')}".strip()
        questions.append(Labelled(each["question"], gold, parts(each, divided=True), kind))
    return LabelledSet(path.stem, tuple(sources), tuple(questions), by_chunk=True)


def parts(question: Mapping[str, Any], divided: bool) -> tuple[str, ...]:
    """Return what an answer must contain; `divided` ones have parts between semicolons."""
    answer = str(question.get("answer", ""))
    found = answer.replace("；", "; ").split("; ") if divided else [answer]
    return tuple(part for part in found if part)
