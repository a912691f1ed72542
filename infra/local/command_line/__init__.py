"""The command `knowledge-rag`: the same functions, asked from a terminal."""

from infra.local.command_line.main import main

__all__ = ["main"]
