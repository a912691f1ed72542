"""Read the command line, run one command, return its exit code."""

import asyncio
import logging
import sys
from argparse import Namespace

from infra.local.command_line.arguments import parser
from shared.domain.errors import BadSetting, KnowledgeError
from shared.settings import Settings, read_settings

FAILED, WRONG_USE = 1, 2


def main() -> int:
    """Run `knowledge-rag` with the arguments of the process."""
    arguments = parser().parse_args()
    try:
        settings = read_settings()
        logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
        return run(arguments, settings)
    except KnowledgeError as error:
        print(f"knowledge-rag: {error.message}", file=sys.stderr)  # noqa: T201
        return WRONG_USE if isinstance(error, BadSetting) else FAILED
    except KeyboardInterrupt:
        return 130


def run(arguments: Namespace, settings: Settings) -> int:
    """Run one command. Serving keeps the process; the others talk to a service and end."""
    # Each command imports what it needs: a process that serves holds no client.
    match arguments.command:
        case "serve":
            from infra.local.command_line.serving import serve

            return serve(settings)
        case "demo":
            from infra.local.command_line.demonstration import demonstrate

            return demonstrate(settings)
        case name:
            from infra.local.command_line.commands import COMMANDS

            return asyncio.run(COMMANDS[name](arguments, settings))
