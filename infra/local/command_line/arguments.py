"""What may be typed after `knowledge-rag`."""

import argparse

DEFAULT_BASE = "default"


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line; `--help` works everywhere."""
    main = argparse.ArgumentParser(
        prog="knowledge-rag",
        description="Ask your documents. Exit codes: 0 done, 1 something failed, 2 wrong use or setting.",
    )
    commands = main.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("serve", help="serve the functions on 127.0.0.1 until interrupted (settings PORT, DATA_DIR)")
    commands.add_parser("demo", help="ingest the samples, ask two questions, keep serving")
    add_ingest(commands)
    add_ask(commands)
    add_search(commands)
    add_status(commands)
    add_delete(commands)
    add_smoke(commands)
    add_eval(commands)
    return main


def add_ingest(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """knowledge-rag ingest PATH..."""
    ingest = commands.add_parser("ingest", help="put files and folders into a knowledge base and wait until ready")
    ingest.add_argument("paths", nargs="+", metavar="PATH", help="a file, or a folder with all its files")
    service_options(ingest)


def add_ask(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """knowledge-rag ask QUESTION"""
    ask = commands.add_parser("ask", help="answer a question, with citations")
    ask.add_argument("question", metavar="QUESTION")
    ask.add_argument("--top-k", type=int, default=8, metavar="N", help="passages the answer may rest on (1-50)")
    service_options(ask)


def add_search(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """knowledge-rag search QUESTION"""
    search = commands.add_parser("search", help="find passages, entities and relations")
    search.add_argument("question", metavar="QUESTION")
    search.add_argument("--type", choices=("vector", "graph", "hybrid"), default="hybrid", help="how to search")
    search.add_argument("--top-k", type=int, default=8, metavar="N", help="passages to show (1-50)")
    service_options(search)


def add_status(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """knowledge-rag status [DOCUMENT]"""
    status = commands.add_parser("status", help="show where the documents of a knowledge base stand")
    status.add_argument("document", nargs="?", metavar="DOCUMENT", help="the id or name of one document")
    service_options(status)


def add_delete(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """knowledge-rag delete DOCUMENT..."""
    delete = commands.add_parser("delete", help="delete documents and everything made from them")
    delete.add_argument("documents", nargs="+", metavar="DOCUMENT", help="the id or name of a document")
    service_options(delete)


def add_smoke(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """knowledge-rag smoke"""
    smoke = commands.add_parser("smoke", help="try a running service once from end to end, leaving nothing behind")
    smoke.add_argument("--url", default="", help="address of the service (default: this machine's)")
    smoke.add_argument(
        "--patience", type=float, default=120.0, metavar="SECONDS", help="longest wait for a document (default: 120)"
    )


def add_eval(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """knowledge-rag eval FILE..."""
    evaluate = commands.add_parser("eval", help="measure retrieval and answers on labelled sets, all in one fresh base")
    evaluate.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help='JSON: {"passages": [[title, text]], "questions": [...]}, or like samples/questions.json beside documents',
    )
    evaluate.add_argument(
        "--ablate", action="store_true", help="add rows for the graph without each part, and for each option"
    )
    evaluate.add_argument("--json", action="store_true", help="print JSON lines alone, without progress")


def service_options(command: argparse.ArgumentParser) -> None:
    """Add what every command that talks to the service has."""
    command.add_argument("--kb", default=DEFAULT_BASE, metavar="ID", help="the knowledge base (default: %(default)s)")
    command.add_argument("--url", default="", help="address of a running service (default: this machine's)")
    command.add_argument("--json", action="store_true", help="print JSON")
