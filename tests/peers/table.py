"""The figures of all runs in one table: a row per figure, a column per system."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.peers.corpora import Corpus
from tests.peers.running import Figures
from tests.peers.systems import Contender

MISSING = "–"
INDEX = ("calls", "prompt_tokens", "completion_tokens")
KINDS = ("question, local (LightRAG: mix)", "question, global")
QUESTION = ("calls", "prompt_tokens", "embedding_requests", "median_ms")


@dataclass(frozen=True)
class Row:
    """A figure: its name and how it is read from a report, or what stands there instead."""

    name: str
    read: Callable[[Figures], str]


def table(corpus: Corpus, columns: Mapping[str, Figures]) -> str:
    """Return a Markdown table of one corpus; `columns` holds reports by the systems' titles."""
    head = f"{corpus.name}: {len(corpus.documents):,} document(s), {corpus.tokens:,} tokens"
    lines = [line([head, *columns]), line(["---", *("---:" for _ in columns)])]
    lines += [line([row.name, *(row.read(each) for each in columns.values())]) for row in rows(corpus.tokens)]
    return "\n".join([*lines, *notes(columns)])


def line(cells: Sequence[str]) -> str:
    """Write a row."""
    return f"| {' | '.join(cells)} |"


def rows(tokens: int) -> Iterator[Row]:
    """Return the rows in their order."""
    for name in INDEX:
        yield Row(f"index: {words(name)} per 1,000 tokens", per_thousand(name, tokens))
    yield Row("index: embedding requests (texts)", embeddings)
    yield Row("start: CPU seconds", value("start", "processor_seconds"))
    yield Row("index: CPU seconds", value("index", "processor_seconds"))
    yield Row("index: seconds", value("index", "seconds"))
    yield Row("index: peak memory, MB", lambda figures: number(figures.get("peak_megabytes")))
    for step in ("insert", "delete"):
        yield from (Row(f"{step}: {words(name)}", value(step, name)) for name in ("calls", "prompt_tokens", "seconds"))
    for place, kind in enumerate(KINDS):
        yield from (Row(f"{kind}: {words(name)}", question(place, name)) for name in QUESTION)


def words(name: str) -> str:
    """Return the name of a figure as it is read."""
    return {"calls": "model calls", "median_ms": "median ms"}.get(name, name.replace("_", " "))


def per_thousand(name: str, tokens: int) -> Callable[[Figures], str]:
    """Read a count of the indexing and set it against 1,000 tokens of the documents."""

    def read(figures: Figures) -> str:
        count = figures.get("index", {}).get(name)
        return number(None if count is None else 1_000 * count / tokens)

    return read


def value(step: str, name: str) -> Callable[[Figures], str]:
    """Read a figure of a step; a system that cannot do it says so."""

    def read(figures: Figures) -> str:
        found = figures.get(step, {})
        return "cannot" if "missing" in found else number(found.get(name))

    return read


def question(place: int, name: str) -> Callable[[Figures], str]:
    """Read a figure of the questions in the first or the second mode that was asked."""

    def read(figures: Figures) -> str:
        modes = [each for key, each in figures.items() if key.startswith("question ")]
        return number(modes[place].get(name)) if place < len(modes) else MISSING

    return read


def embeddings(figures: Figures) -> str:
    """Read requests and texts of the indexing."""
    found = figures.get("index", {})
    if not found:
        return MISSING
    return f"{number(found['embedding_requests'])} ({number(found['embedded_texts'])})"


def number(found: float | None) -> str:
    """Write a number with as many digits as it deserves."""
    if found is None:
        return MISSING
    if found == int(found) or abs(found) >= 100:
        return f"{found:,.0f}"
    return f"{found:,.1f}" if abs(found) >= 10 else f"{found:,.2f}"


def notes(columns: Mapping[str, Figures]) -> Iterator[str]:
    """Say below the table what could not be measured and why, and where questions stayed without an answer."""
    for title, figures in columns.items():
        if failed := figures.get("failed"):
            yield f"\n{title}: no figures beyond this step, {failed['step']}: {failed['reason']}"
        for key, each in figures.items():
            if key.startswith("question ") and each["answered"] < 1:
                yield f"\n{title}, {key}: {each['answered']:.0%} of the questions got an answer"


def json_line(key: str, contender: Contender, corpus: Corpus, figures: Figures) -> Figures:
    """Return one run as it is printed."""
    about = {"system": key, "title": contender.title, "corpus": corpus.name}
    return {**about, "documents": len(corpus.documents), "tokens": corpus.tokens, **figures}
