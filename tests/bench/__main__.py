"""Run the benchmarks one after the other, each in a process of its own, so that none measures the other's memory."""

import argparse
import subprocess
import sys
from collections.abc import Sequence

FAMILIES = {
    "imports": "seconds and modules of `import function_app` beyond the floor",
    "host": "requests/s and added microseconds per request against a bare Starlette app",
    "durable": "activities/s of a fan-out of 1,000",
    "ingestion": "tokens/s and peak memory of one book through the service, without and with the embedder",
    "model_extraction": "calls and tokens of a model that reads a book, short documents and an insert",
    "global_questions": "calls and prompt tokens of questions about a whole base, and of local ones",
    "upstream_faults": "answers and requests while 30 % of the requests to the chat server fail",
    "answers": "answers/s of one process, kept and written, beside a gateway; what it adds to a first word",
    "streams": "memory of each of 10,000 answers that stream at once from one process",
    "queries": "question to passages and to answer at 10,000 chunks, first byte of a stream",
    "two_models": "cost of router and cascade against the large model alone, on a made-up pair",
    "embedding": "questions embedded at the same time, each by itself and together",
    "alike": "questions in other words: those that the cache answers, and look-alikes",
    "caches": "a kept answer among 100,000 by level, and what measuring adds to it",
    "tracing": "processor time that spans add to a question",
    "documents": "replace and delete one document of 20 chunks among 10,000",
    "page": "first contentful paint in a browser, and the bytes of all files",
    "search": "chunks/s into the stand-in for the search service, without and with failing items",
    "azure_graph": "requests and bytes of the graph on Cosmos DB: a publication, a search over one and two hops",
    "names": "precision and recall of names that may be one, by band and language",
    "communities": "communities and walks at 100,000 nodes and 500,000 edges",
    "graph": "questions at 100,000 entities and 500,000 relations",
}


def main(words: Sequence[str] | None = None) -> int:
    """Run the families that are named, or all; return 1 where one of them failed."""
    arguments = parser().parse_args(words)
    commands = [command(name, arguments.book) for name in arguments.names or FAMILIES]
    codes = [subprocess.run(each, check=False).returncode for each in commands]
    return int(any(codes))


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    families = "\n".join(f"  {name:<16} {about}" for name, about in FAMILIES.items())
    made = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Print one JSON line per figure. Memory and processor time are read from /proc (Linux).",
        epilog=f"names:\n{families}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("names", nargs="*", type=known, metavar="NAME", help="what to measure (all)")
    made.add_argument("--book", default="", metavar="PATH", help="a text to index (a made one of about 190 kB)")
    return made


def known(name: str) -> str:
    """Return the name of a family. Raises ArgumentTypeError for any other."""
    if name not in FAMILIES:
        raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(FAMILIES)}")
    return name


def command(name: str, book: str) -> list[str]:
    """Return how a family is run; only those that index a book take it."""
    taken = ["--book", book] if book and name in ("ingestion", "model_extraction") else []
    return [sys.executable, "-m", f"tests.bench.{name}", *taken]


if __name__ == "__main__":
    sys.exit(main())
