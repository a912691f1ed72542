"""Run the systems one after the other on both corpora: a JSON line per run, then a table per corpus."""

import argparse
import json
import sys
from collections.abc import Sequence

from tests.bench.figures import rounded
from tests.peers import environment
from tests.peers.corpora import Corpus, book_corpus, short_corpus
from tests.peers.running import Figures, run
from tests.peers.systems import SYSTEMS, Contender
from tests.peers.table import json_line, table

LIMIT_SECONDS = 1_800


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print; a peer that cannot be measured is named with the reason and is no failure of ours."""
    arguments = parser().parse_args(words)
    chosen = {key: SYSTEMS[key] for key in arguments.names or SYSTEMS}
    problem = environment.PEERS.problem() if any(each.is_peer for each in chosen.values()) else ""
    tables = []
    for corpus in (book_corpus(arguments.book), short_corpus(arguments.short)):
        columns = {}
        for key, contender in chosen.items():
            columns[contender.title] = measured(contender, corpus, problem, arguments.limit)
            show(json.dumps(rounded(json_line(key, contender, corpus, columns[contender.title])), ensure_ascii=False))
        tables.append(table(corpus, columns))
    show("\n" + "\n\n".join(tables))
    return int(any("failed" in columns[each.title] for each in chosen.values() if not each.is_peer))


def measured(contender: Contender, corpus: Corpus, problem: str, limit_seconds: float) -> Figures:
    """Run a system, or say why its environment is not there."""
    if problem and contender.is_peer:
        return {"failed": {"step": "installation", "reason": problem}}
    return run(contender, corpus, limit_seconds)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(prog="python -m tests.peers", description="Set other systems beside this one.")
    made.add_argument("names", nargs="*", type=known, metavar="NAME", help=f"of {', '.join(SYSTEMS)} (all)")
    made.add_argument("--book", default="", metavar="PATH", help="a text (a made one of about 190 kB)")
    made.add_argument("--short", default="", metavar="PATH", help="a JSON list of texts (paragraphs of the samples)")
    made.add_argument("--limit", type=float, default=LIMIT_SECONDS, metavar="SECONDS", help="most for one run")
    return made


def known(name: str) -> str:
    """Return the name of a system that is known; argparse's own choices refuse to be left out."""
    if name not in SYSTEMS:
        raise argparse.ArgumentTypeError(f"no system is called {name}")
    return name


def show(text: str) -> None:
    """Print at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
